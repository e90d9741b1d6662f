"""How Django itself writes dates where no page of ours does, as in the admin."""
