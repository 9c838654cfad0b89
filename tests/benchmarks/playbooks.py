# Copyright: (c) 2026, restops.clients contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cost of a call from a playbook, compared with `debug`, `uri` and the same module as a module.

`python -m tests.benchmarks.playbooks [--rounds N] [--docs DIR]` runs real playbooks against
simulated servers in a process of their own, interleaved, the order changing, and prints a table of
medians; with `--docs` it writes the table and a picture there. A login takes 100 ms. The table
compares the cost of each further call: a run with one call is subtracted from a run with many, for
every contender alike; start-up, with its login, is a row of its own. Figures that need other runs
follow the table: see `FIGURES`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import certifi
import httpx
import yaml
from ansible.release import __version__ as core_version

from tests.benchmarks import server
from tests.simulators.platform import SERVICE_ACCOUNTS

CLIENT_ID, CLIENT_SECRET = next(iter(SERVICE_ACCOUNTS.items()))
OURS, PATH = "restops.clients.itential_platform_request", "/health/server"
ROOT = pathlib.Path(__file__).resolve().parents[2]
USS_FILTER = """
import contextlib
import os
import pathlib


def private(folder):
    lines = (folder / "smaps_rollup").read_text().splitlines()
    kinds = ("Private_Clean", "Private_Dirty")
    return sum(int(line.split()[1]) for line in lines if line.startswith(kinds))


def uss(value, path):
    this, main = os.getpid(), os.getppid()
    with open(path, "a") as file:
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            # Others end in the meantime.
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                number, command = int(folder.name), pathlib.Path("/proc/self/cmdline").read_bytes()
                same = (folder / "cmdline").read_bytes() == command
                if number == this or (same and parent != main and number != main):
                    file.write(f"{'worker' if number == this else 'broker'} {private(folder)}\\n")
    return False


class FilterModule:
    def filters(self):
        return {"uss": uss}
"""

CLOCK = """
import json
import pathlib
import time

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "clock"

    def __init__(self):
        super().__init__()
        self.times = []

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.times.append(time.perf_counter())

    def v2_playbook_on_stats(self, stats):
        self.times.append(time.perf_counter())
        pathlib.Path("times.json").write_text(json.dumps(self.times))
"""


class Bench:
    """Runs playbooks in a folder of their own against one server.

    Args:
        folder: That folder.
        server: Host, port and authority, as the simulators announce them; with `bundle`, a PEM file
            that stands in for the system's.
    """

    def __init__(self, folder: pathlib.Path, server: dict[str, Any]) -> None:
        self.folder = folder
        self.server = server
        bundle = server.get("bundle")
        self.url = (
            f"{'https' if server['ca'] or bundle else 'http'}://{server['host']}:{server['port']}"
        )
        self.verify: Any = server["ca"] or bundle or False
        self.authority = {"ca_path": server["ca"]} if server["ca"] else {}
        self.tls = {"use_tls": True, **self.authority} if self.verify else {"use_tls": False}
        (folder / "filter_plugins").mkdir(exist_ok=True)
        (folder / "filter_plugins" / "uss.py").write_text(USS_FILTER)
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("ANSIBLE_", "ITENTIAL_"))
                # As in a user's shell: bytecode is kept, that of Ansible and that of collections.
                and name != "PYTHONDONTWRITEBYTECODE"
            },
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_HOME": str(folder / ".ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_DISPLAY_OK_HOSTS": "False",
            **({"SSL_CERT_FILE": bundle} if bundle else {}),
        }

    def inventory(self, hosts: int) -> str:
        """Write an inventory of hosts that are all this machine; gives its name."""
        lines = "".join(
            f"h{number:04d} ansible_connection=local ansible_python_interpreter={sys.executable}\n"
            for number in range(hosts)
        )
        (self.folder / f"hosts{hosts}.ini").write_text(lines)
        return f"hosts{hosts}.ini"

    def play(self, tasks: list[dict[str, Any]], *arguments: str, **play: Any) -> dict[str, float]:
        """Run a play.

        Returns:
            Wall and CPU seconds, and the peak memory of its largest process in MiB.
        """
        defaults = {
            "host": self.server["host"],
            "port": self.server["port"],
            **self.tls,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        whole = [
            {
                "hosts": "localhost",
                "gather_facts": False,
                "module_defaults": {"group/restops.clients.itential_platform": defaults},
                **play,
                "tasks": tasks,
            }
        ]
        (self.folder / "play.yml").write_text(yaml.safe_dump(whole, sort_keys=False))
        command = [
            str(pathlib.Path(sys.executable).parent / "ansible-playbook"),
            "play.yml",
            *arguments,
        ]
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output = process.stdout.read() if process.stdout else ""
        usage = os.wait4(process.pid, 0)[2]
        wall = time.perf_counter() - started
        if "failed=0" not in output or "fatal:" in output:
            raise SystemExit(f"a play failed:\n{output[-2000:]}")
        return {
            "wall": wall,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss / 1024,
        }

    def logins(self) -> int:
        """Return how many logins the server has counted since this was last asked."""
        with httpx.Client(verify=self.verify, base_url=self.url) as client:
            count: int = client.get("/_sim/stats").json()["counters"].get("logins", 0)
            client.post("/_sim/reset")
        return count


def debug(**more: Any) -> dict[str, Any]:
    return {"name": "debug", "ansible.builtin.debug": {"msg": "x"}, **more}


def ours(**more: Any) -> dict[str, Any]:
    return {"name": "ours", OURS: {"path": PATH}, **more}


def uri(bench: Bench, **more: Any) -> dict[str, Any]:
    options = {
        "url": f"{bench.url}{PATH}",
        "return_content": True,
        "headers": {"Authorization": "Bearer {{ token.json.access_token }}"},
    }
    return {"name": "uri", "ansible.builtin.uri": {**options, **bench.authority}, **more}


def uri_login(bench: Bench) -> dict[str, Any]:
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    options = {
        "url": f"{bench.url}/oauth/token",
        "method": "POST",
        "body_format": "form-urlencoded",
        "body": form,
        "return_content": True,
    }
    return {
        "name": "login",
        "ansible.builtin.uri": {**options, **bench.authority},
        "register": "token",
        "run_once": True,
    }


def loop(task: dict[str, Any], times: int) -> list[dict[str, Any]]:
    return [{**task, "loop": list(range(times)), "loop_control": {"label": "x"}}]


PAIRS = 2
"""Runs of the quick contenders in a round, for one of the others."""

AS_MODULE = ("-e", "restops_execution=target")


def scenarios(bench: Bench) -> dict[str, dict[str, tuple[int, Any]]]:
    """Return per scenario and contender the number of calls in a run, and what runs it.

    The slow ones make fewer calls; everything is counted per call. The quick ones make so many that
    the noise of a start-up does not count.
    """
    hosts, few = bench.inventory(20), bench.inventory(4)
    tls = (
        ", ".join(f"{name}={value!r}" for name, value in bench.tls.items())
        .replace("True", "true")
        .replace("False", "false")
    )
    where = (
        f"host='{bench.server['host']}', port={bench.server['port']},"
        f" client_id='{CLIENT_ID}', client_secret='{CLIENT_SECRET}', {tls}"
    )

    def on(inventory: str) -> dict[str, Any]:
        return {"arguments": ("-i", inventory, "-f", "10"), "hosts": "all"}

    def run(tasks: list[dict[str, Any]], arguments: tuple[str, ...] = (), **play: Any) -> Any:
        return lambda: bench.play(tasks, *arguments, **play)

    login = uri_login(bench)
    terms = f"'restops.clients.itential_platform', '{PATH}', attribute='version', {where}"
    look = debug(**{"ansible.builtin.debug": {"msg": f"{{{{ lookup({terms}) }}}}"}})
    return {
        "loop item": {
            "debug": (200, run(loop(debug(), 200)), run([debug()])),
            "ours": (200, run(loop(ours(), 200)), run([ours()])),
            "uri": (12, run([login, *loop(uri(bench), 12)]), run([login, uri(bench)])),
            "module": (8, run(loop(ours(), 8), AS_MODULE), run([ours()], AS_MODULE)),
        },
        "separate task": {
            "debug": (200, run([debug()] * 200), run([debug()])),
            "ours": (200, run([ours()] * 200), run([ours()])),
            "uri": (12, run([login, *[uri(bench)] * 12]), run([login, uri(bench)])),
            "module": (8, run([ours()] * 8, AS_MODULE), run([ours()], AS_MODULE)),
        },
        "20 hosts, 10 forks": {
            "debug": (240, run([debug()] * 12, **on(hosts)), run([debug()])),
            "ours": (240, run([ours()] * 12, **on(hosts)), run([ours()])),
            "uri": (24, run([login, *[uri(bench)] * 6], **on(few)), run([login, uri(bench)])),
            "module": (
                12,
                run([ours()] * 3, ("-i", few, "-f", "10", *AS_MODULE), hosts="all"),
                run([ours()], AS_MODULE),
            ),
        },
        "lookup in a loop of 100": {
            "debug": (100, run(loop(debug(), 100)), run([debug()])),
            "ours": (100, run([ours(), *loop(look, 100)]), run([ours(), look])),
        },
    }


def per_call(bench: Bench, rounds: int) -> tuple[dict[str, dict[str, list[float]]], dict[str, int]]:
    """Return milliseconds per further call, per scenario, contender and round, and logins.

    A run with one call is subtracted from a run with many, for every contender: the rest is the
    cost of each further call, without start-up and login. Logins are the most in a run of ours.
    In each round, `debug` and ours run `PAIRS` times, because they differ by less than the noise
    of a single run.
    """
    table: dict[str, dict[str, list[float]]] = {
        name: {contender: [] for contender in contenders}
        for name, contenders in scenarios(bench).items()
    }
    table["start-up"] = {"debug": [], "ours": [], "uri": [], "module": []}
    logins: dict[str, int] = {"start-up": 1}
    for number in range(rounds * PAIRS):
        for name, contenders in scenarios(bench).items():
            order = [
                (contender, runs)
                for contender, runs in contenders.items()
                if contender in ("debug", "ours") or number % PAIRS == 0
            ]
            for contender, (calls, many, one) in order if number % 2 else reversed(order):
                bench.logins()
                whole, single = many()["wall"], one()["wall"]
                table[name][contender].append((whole - single) / (calls - 1) * 1000)
                if contender == "ours":
                    logins[name] = max(logins.get(name, 0), bench.logins() - 1)
                if name == "separate task":
                    table["start-up"][contender].append(single * 1000)
    return table, logins


def batch_cpu(bench: Bench, rounds: int, calls: int = 1000) -> list[float]:
    """Return, per round, CPU per call of a batch in a task over that of an `httpx.Client`."""
    ratios = []
    items = [{"path": PATH}]
    for dummy in range(rounds):
        many = bench.play([{"name": "batch", OURS: {"requests": items * calls, "concurrency": 8}}])[
            "cpu"
        ]
        one = bench.play([{"name": "batch", OURS: {"requests": items, "concurrency": 8}}])["cpu"]
        code = (
            "import httpx, resource, sys\n"
            "url, ca, token = sys.argv[1:]\n"
            "headers = {'Authorization': 'Bearer ' + token}\n"
            "client = httpx.Client(base_url=url, verify=ca or False, headers=headers)\n"
            f"client.get({PATH!r})\n"
            "before = resource.getrusage(resource.RUSAGE_SELF)\n"
            f"for dummy in range({calls}): client.get({PATH!r}).json()\n"
            "after = resource.getrusage(resource.RUSAGE_SELF)\n"
            "print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)\n"
        )
        with httpx.Client(verify=bench.verify, base_url=bench.url) as client:
            form = {
                "grant_type": "client_credentials",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            }
            token = client.post("/oauth/token", data=form).json()["access_token"]
        beside = float(
            subprocess.run(
                [sys.executable, "-c", code, bench.url, str(bench.verify or ""), token],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        ratios.append((many - one) / (calls - 1) / (beside / calls))
    return ratios


def memory(bench: Bench) -> dict[str, float]:
    """Return memory in MiB.

    It is the private memory of a worker beyond that of `debug`, that of the broker, and the
    controller's peak with 1,000 hosts.
    """
    private: dict[str, dict[str, list[int]]] = {}
    for name, task in (("debug", debug()), ("ours", ours())):
        path = bench.folder / f"uss-{name}"
        path.unlink(missing_ok=True)
        bench.play([{**task, "changed_when": f"'' | uss('{path}')"}] * 8)
        private[name] = {"worker": [], "broker": []}
        for line in path.read_text().splitlines():
            process, kib = line.split()
            private[name][process].append(int(kib))
    hosts = bench.inventory(1000)
    peaks = {
        name: bench.play([task], "-i", hosts, "-f", "10", hosts="all")["peak"]
        for name, task in (("debug", debug()), ("ours", ours()))
    }
    worker, floor = (statistics.median(private[name]["worker"]) for name in ("ours", "debug"))
    broker = max(private["ours"]["broker"]) / 1024
    return {
        "worker": (worker - floor) / 1024,
        "broker": broker,
        "hosts_debug": peaks["debug"],
        "hosts_ours": peaks["ours"],
    }


def start_up(bench: Bench, rounds: int) -> list[str]:
    """Return the line about a whole run with one call, if the login takes no time."""
    ratios = []
    place = bench.folder / "start-up"
    place.mkdir()
    with server.running() as port:
        instant = Bench(place, {"host": "127.0.0.1", "port": port, "ca": None})
        for number in range(rounds * 5 + 1):
            order = [ours(), debug()] if number % 2 else [debug(), ours()]
            took = {task["name"]: instant.play([task])["wall"] for task in order}
            ratios.append(took["ours"] / took["debug"])
    # The first pair writes the bytecode.
    ratio = statistics.median(ratios[1:])
    return [
        (
            "- whole run with one call / with one `debug` task, if the login takes no time:"
            f" **{ratio:.2f}** (<= 1.12)"
        )
    ]


def in_turn(bench: Bench, rounds: int) -> list[str]:
    """Return the lines about tasks in turn with `debug` in one run, where noise concerns both."""
    with server.running() as port:
        quick = _with_clock(bench, "quick", {"host": "127.0.0.1", "port": port, "ca": None})
        usual = _with_clock(bench, "usual", bench.server)
        tasks = [_tasks_in_turn(usual, rounds, *size) for size in ((1, 50), (20, 6))]
        loops = [_loops_in_turn(one, rounds) for one in (usual, quick)]
    return [
        (
            "- tasks in turn with `debug` in one run / `debug`:"
            f" **{tasks[0]:.2f}** (<= 1.25), with 20 hosts **{tasks[1]:.2f}** (<= 1.25)"
        ),
        (
            "- loop items in turn with those of `debug` in one run / `debug`:"
            f" **{loops[0]:.2f}** (<= 1.35), with a server that answers at once"
            f" **{loops[1]:.2f}** (<= 1.35)"
        ),
    ]


def _with_clock(bench: Bench, name: str, server: dict[str, Any]) -> Bench:
    """Return a bench in a folder of its own, whose runs write when each task started."""
    place = bench.folder / name
    (place / "callback_plugins").mkdir(parents=True)
    (place / "callback_plugins" / "clock.py").write_text(CLOCK)
    return Bench(place, server)


def _seconds(
    bench: Bench, tasks: list[dict[str, Any]], *arguments: str, **play: Any
) -> list[float]:
    """Return how long each task of a run took, without those of the first pair: it logs in."""
    bench.play([ours(), debug(), *tasks], *arguments, **play)
    times = json.loads((bench.folder / "times.json").read_text())
    return [after - before for before, after in pairwise(times)][2:]


def _tasks_in_turn(bench: Bench, rounds: int, hosts: int, pairs: int) -> float:
    """Return the time of a task of ours / that of `debug`."""
    ratios = []
    inventory = bench.inventory(hosts)
    for dummy in range(rounds):
        took = _seconds(bench, [ours(), debug()] * pairs, "-i", inventory, "-f", "10", hosts="all")
        ratios.append(statistics.median(took[::2]) / statistics.median(took[1::2]))
    return statistics.median(ratios)


def _loops_in_turn(bench: Bench, rounds: int, items: int = 200, pairs: int = 8) -> float:
    """Return the time of a further item of a loop of ours / that of `debug`."""
    ratios = []
    kinds = [ours(), debug(), *loop(ours(), items), *loop(debug(), items)]
    for dummy in range(rounds):
        took = _seconds(bench, kinds * pairs)
        our_task, floor_task, our_loop, floor_loop = (
            statistics.median(took[place :: len(kinds)]) for place in range(len(kinds))
        )
        ratios.append((our_loop - our_task) / (floor_loop - floor_task))
    return statistics.median(ratios)


def batch_line(bench: Bench, rounds: int) -> list[str]:
    """Return the line about many calls in one task."""
    ratio = statistics.median(batch_cpu(bench, min(rounds, 3)))
    return [
        (
            "- CPU per call, 1,000 calls in one task / sequential `httpx.Client`:"
            f" **{ratio:.2f}** (<= 1.2)"
        )
    ]


def memory_lines(bench: Bench, dummy_rounds: int) -> list[str]:
    """Return the lines about memory."""
    kept = memory(bench)
    return [
        (
            "- private memory of a worker beyond that of `debug`:"
            f" **{kept['worker']:.1f} MiB** (<= 15);"
            f" of the broker, one per run: {kept['broker']:.1f} MiB"
        ),
        (
            f"- peak memory of the controller with 1,000 hosts: {kept['hosts_ours']:.0f} MiB,"
            f" with `debug` {kept['hosts_debug']:.0f} MiB"
        ),
    ]


FIGURES: tuple[Callable[[Bench, int], list[str]], ...] = (
    in_turn,
    start_up,
    batch_line,
    memory_lines,
)
"""The figures below the table.

Each measures with a bench and a number of rounds, and returns lines of Markdown. A new figure is
one more function.
"""


@contextlib.contextmanager
def servers() -> Iterator[dict[str, dict[str, Any]]]:
    """Serve a Platform over http and one over https, each from a process of its own.

    Yields:
        The ways to call them, by name.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        found = {}
        for kind, flags in (("http", []), ("https", ["--tls"])):
            place = pathlib.Path(folder) / kind
            command = [
                sys.executable,
                "-m",
                "tests.simulators",
                "platform",
                "--folder",
                str(place),
                "--settings",
                '{"login_delay": 0.1}',
                *flags,
            ]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            while not (place / "ready").exists() or not (place / "ready").read_text():
                time.sleep(0.05)
            found[kind] = json.loads((place / "ready").read_text())["platform"]
        # The same server, once by its own authority and once by a bundle of many, as a system has
        # it.
        bundle = pathlib.Path(folder) / "bundle.pem"
        bundle.write_text(
            "\n".join(
                pathlib.Path(name).read_text() for name in (certifi.where(), found["https"]["ca"])
            )
        )
        yield {
            "http": found["http"],
            "https, private CA": found["https"],
            "https, system bundle": {**found["https"], "ca": None, "bundle": str(bundle)},
        }


BOUNDS = {
    ("loop item", "debug"): "<= 1.35",
    ("separate task", "debug"): "<= 1.25 (https 1.40)",
    ("20 hosts, 10 forks", "debug"): "<= 1.25",
    ("loop item", "uri"): ">= 60 x",
    ("separate task", "uri"): ">= 12 x",
    ("20 hosts, 10 forks", "uri"): ">= 10 x",
}


def rows_of(
    kind: str, table: dict[str, dict[str, list[float]]], logins: dict[str, int]
) -> list[str]:
    """Return the table's rows in Markdown: medians over the rounds, ratios round by round."""
    rows = []
    for name, contenders in table.items():
        median = {contender: statistics.median(values) for contender, values in contenders.items()}
        ratio = statistics.median(
            a / b for a, b in zip(contenders["ours"], contenders["debug"], strict=True)
        )
        cells = [
            kind,
            name,
            *(
                f"{median[contender]:.1f}" if contender in median else ""
                for contender in ("debug", "ours", "uri", "module")
            ),
        ]
        cells += [f"**{ratio:.2f}** {BOUNDS.get((name, 'debug'), '')}"]
        faster = [
            statistics.median(
                a / b for a, b in zip(contenders[other], contenders["ours"][::PAIRS], strict=True)
            )
            if other in contenders
            else None
            for other in ("uri", "module")
        ]
        cells += [
            f"**{faster[0]:.0f} x** {BOUNDS.get((name, 'uri'), '')}" if faster[0] else "",
            f"{faster[1]:.0f} x" if faster[1] else "",
            str(logins[name]),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def draw(tables: dict[str, dict[str, dict[str, list[float]]]], folder: pathlib.Path) -> None:
    """Draw milliseconds per call, logarithmic, and write PNG and SVG."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams.update({"svg.hashsalt": "restops", "font.size": 10})
    from matplotlib import pyplot as plt

    names = ["loop item", "separate task", "20 hosts, 10 forks"]
    colours = {"debug": "#9aa5b1", "ours": "#1a7f5a", "uri": "#c8701a", "module": "#6b7fd7"}
    labels = {
        "debug": "debug (does nothing)",
        "ours": "restops.clients",
        "uri": "ansible.builtin.uri",
        "module": "the same as a module",
    }
    figure, axes = plt.subplots(1, len(tables), figsize=(5.5 * len(tables), 4.2), sharey=True)
    for axis, (kind, table) in zip(axes, tables.items(), strict=True):
        for place, contender in enumerate(colours):
            heights = [statistics.median(table[name][contender]) for name in names]
            bars = axis.bar(
                [x + (place - 1.5) * 0.2 for x in range(len(names))],
                heights,
                0.19,
                color=colours[contender],
                label=labels[contender],
            )
            axis.bar_label(
                bars,
                [f"{height:.1f}" if height < 100 else f"{height:.0f}" for height in heights],
                fontsize=8,
                padding=2,
            )
        axis.set_yscale("log")
        axis.set_ylim(top=axis.get_ylim()[1] * 2)
        axis.set_xticks(
            range(len(names)), ["item of a loop", "separate task", "20 hosts, 10 forks"]
        )
        axis.set_title(f"an API call over {kind}")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("milliseconds per call (log scale)")
    axes[0].legend(frameon=False, fontsize=9)
    figure.tight_layout()
    for ending in ("png", "svg"):
        figure.savefig(
            folder / f"performance.{ending}",
            dpi=130,
            metadata={"Date": None} if ending == "svg" else None,
        )


def main() -> None:
    """Measure, print, and write the documents."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--docs", type=pathlib.Path)
    arguments = parser.parse_args()
    head = (
        f"ansible-core {core_version}, Python {platform.python_version()},"
        f" httpx {httpx.__version__}, {os.cpu_count()} cores;"
        f" medians of {arguments.rounds} interleaved rounds, in each of which debug and ours run"
        f" {PAIRS} times."
    )
    lines = [
        head,
        "",
        (
            "| | | debug, ms | ours, ms | uri, ms | module, ms | ours / debug | faster than uri"
            " | faster than module | logins |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    tables = {}
    with servers() as found, tempfile.TemporaryDirectory() as folder:
        for kind, place_of in found.items():
            print(f"measuring over {kind} ...", file=sys.stderr, flush=True)
            place = pathlib.Path(folder) / kind.replace(", ", "-").replace(" ", "-")
            place.mkdir()
            bench = Bench(place, place_of)
            tables[kind], logins = per_call(bench, arguments.rounds)
            lines += rows_of(kind, tables[kind], logins)
            print("\n".join(lines[-len(tables[kind]) :]), file=sys.stderr, flush=True)
        bench = Bench(pathlib.Path(folder) / "http", found["http"])
        lines += ["", *(line for figure in FIGURES for line in figure(bench, arguments.rounds))]
    print("\n".join(lines))
    if arguments.docs:
        draw(tables, arguments.docs)
        page = arguments.docs / "performance.md"
        before, dummy, rest = page.read_text().partition("<!-- table -->\n")
        page.write_text(
            f"{before}<!-- table -->\n"
            + "\n".join(lines)
            + "\n<!-- end -->\n"
            + rest.partition("<!-- end -->\n")[2]
        )


if __name__ == "__main__":
    main()
