// The rehearsal: an opener opens what the server sealed to their key, and sends back what was in it.

import { canonical, decoded, encoded, unsealed } from "./sealing.js";
import { KeyRefused, ready, running, sent, unlocked } from "./openerkey.js";

async function rehearse(form) {
  await running(form, async (lines) => {
    const key = await unlocked(form, (share) => lines.step("Unlocking your key.", share));
    lines.step("Opening the rehearsal envelope.");
    const { sealed } = await sent(form, form.action, { step: "ask" });
    const info = canonical({ rehearsal: form.dataset.sale, o: form.dataset.opener, v: 1 });
    await sent(form, form.action, { step: "answer", answer: encoded(await opened(sealed, key, info)) });
    lines.done("Opened. Your key works.");
    location.reload();
  });
}

async function opened(sealed, key, info) {
  try {
    return await unsealed(decoded(sealed), key, info);
  } catch {
    throw new KeyRefused("The key was unlocked, but it is not the one this sale knows. Use the file that was saved last.");
  }
}

const form = document.querySelector("[data-rehearsal-form]");
if (form && ready(form)) {
  form.addEventListener("submit", (event) => { event.preventDefault(); rehearse(form); });
}
