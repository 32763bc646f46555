"""No raw number leaves the vault: canaries are planted in every feed, and every byte written or printed is searched."""

import base64
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.conftest import CommandLine
from tests.story.feeds import DAY, MINUTE, T0, call

COUNT = 300


def canary(k: int) -> str:
    """Eleven digits that no hash, id or time has by chance."""
    return f"13{(k * 7_919_711 + 480_517_231) % 1_000_000_000:09d}"


def forms(national: str) -> dict[str, bytes]:
    """How a leak could look: text, national or whole, other encodings, packed as an integer, backwards."""
    digits = f"86{national}"
    whole = f"+{digits}"
    found = {
        "digits": national.encode(),
        "utf-16": national.encode("utf-16-le"),
        "hex": national.encode().hex().encode(),
        "backwards": national[::-1].encode(),
        "spaced": f"{national[:3]} {national[3:7]} {national[7:]}".encode(),
        "dashed": f"{national[:3]}-{national[3:7]}-{national[7:]}".encode(),
    }
    for text, name in ((national, "national"), (digits, "digits"), (whole, "e164")):
        found[f"base64 {name}"] = base64.b64encode(text.encode()).rstrip(b"=")[:-1]
    for size, number in ((8, int(digits)), (8, int(national))):
        found[f"little {number == int(digits)}"] = number.to_bytes(size, "little")
        found[f"big {number == int(digits)}"] = number.to_bytes(size, "big")
    return found


def write_feeds(folder: Path) -> None:
    """Canaries in every column that can hold a number or an entity, in good rows and in bad ones."""
    folder.mkdir()
    numbers = [canary(k) for k in range(COUNT)]
    events: list[dict[str, Any]] = []
    for k in range(COUNT):
        a, b = f"+86{numbers[k % 20]}", numbers[(k * 7 + 1) % COUNT]
        event = call(a, b, T0 + k * MINUTE, 60 * (k % 9), a_imei=numbers[(k + 3) % 20], a_cell=numbers[k])
        event["event_id"] = f"{numbers[k]}-{k}"
        events.append(event)
    for field, value in (
        ("duration_s", numbers[0]),
        ("started_at", numbers[1]),
        ("channel", numbers[2]),
        ("answered", numbers[3]),
    ):
        events.append({**call(numbers[4], numbers[5], T0, 5), "event_id": f"bad-{field}", field: value})
    events.append({**call(f"x{numbers[6]}xxxxxxxxx", numbers[5], T0, 5), "event_id": "bad-number"})
    events.append({**events[0], "duration_s": 999})
    feeds = {
        "events": events,
        "flags": [
            {"number": f"0086{numbers[k]}", "known_at": T0 + DAY, "scam_type": "loan", "source": "police"}
            for k in range(8)
        ]
        + [{"number": numbers[9], "known_at": T0, "scam_type": numbers[10]}],
        "cases": [
            {
                "case_id": "C-1",
                "victim_number": numbers[50],
                "lost_at": T0,
                "known_at": T0,
                "scam_type": "loan",
            }
        ],
        "links": [
            {"number": numbers[k], "kind": kind, "entity": numbers[60 + k // 3], "known_at": T0}
            for k in range(20)
            for kind in ("holder", "account", "device", "social_account", "url")
        ],
        "subscribers": [{"number": number, "region": "440305"} for number in numbers[:100]]
        + [{"number": numbers[101], "region": numbers[102]}],
        "directory": [{"number": numbers[200], "role": "business", "label": f"call {numbers[201]}"}],
        "outcomes": [{"number": numbers[202], "at": T0, "outcome": "delivered", "note": f"reached on {numbers[203]}"}],
    }
    for name, rows in feeds.items():
        (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_no_byte_of_the_folder_or_of_the_output_holds_a_raw_number(graphsvc: CommandLine, tmp_path: Path) -> None:
    write_feeds(tmp_path / "feeds")
    commands: list[list[object]] = [
        ["load", tmp_path / "feeds"],
        ["load", tmp_path / "feeds", "--json"],
        ["analyse"],
        ["analyse", "--json"],
        ["victims"],
        ["victims", "--json", "--limit", 1000],
        ["networks", "--json"],
        ["number", canary(0)],
        ["number", canary(1), "--json"],
        ["number", "+8613100000001"],
        ["entity", "account", canary(60), "--json"],
        ["connected", canary(0), "--json"],
        ["connected", "--flagged"],
        ["path", canary(0), canary(5), "--json"],
        ["path", canary(0), canary(299)],
        ["communities", "--json"],
        ["flag", canary(40), "--scam-type", "loan", "--json"],
        ["unflag", canary(40), "--json"],
        ["unflag", canary(41)],
        ["flag", canary(40), "--scam-type", canary(41)],
        ["export", "--format", "graphml", tmp_path / "home" / "graph.graphml"],
        ["export", "--format", "parquet", tmp_path / "home" / "graph"],
        ["export", "--format", "jsonl", tmp_path / "home" / "graph.jsonl"],
        ["appeal", canary(0), "--reason", "it is mine", "--json"],
        ["appeal", canary(0), "--reason", f"ring me at {canary(7)}"],
        ["appeals", "list"],
        ["release", canary(0), "--reason", "checked"],
        ["release", canary(0), "--reason", f"he has {canary(8)} as well", "--json"],
        ["number", canary(0), "--purpose", f"about {canary(9)}"],
        ["texts", "list", "--json"],
        ["measures", "--json"],
        ["bulletin", "--date", "2026-03-02", "--json"],
        ["audit", "checkpoint", tmp_path / "home" / "checkpoint.json"],
        ["retention", "--json"],
        ["doctor", "--json"],
        ["audit", "verify", "--json"],
        ["load", tmp_path / "feeds" / f"{canary(0)}.csv"],
    ]
    said = [graphsvc(*command) for command in commands]
    assert said[0].status == 0, said[0].err
    assert said[2].status == 0, said[2].err
    places = {
        f"output of {command[0]}": (one.out + one.err).encode() for command, one in zip(commands, said, strict=True)
    }
    for path in (tmp_path / "home").rglob("*"):
        if path.is_file():
            places[str(path.relative_to(tmp_path))] = path.read_bytes()
            if path.suffix == ".parquet":  # compressed: what is in it counts, not how it is packed
                places[f"{path.relative_to(tmp_path)}, read"] = str(pq.read_table(path).to_pydict()).encode()
    assert sum(map(len, places.values())) > 100_000
    leaks = [
        f"{name}: {form} of canary {k}"
        for name, content in places.items()
        for k in range(COUNT)
        for form, needle in forms(canary(k)).items()
        if needle in content
    ]
    assert leaks == []


def test_a_canary_that_does_leak_is_found(tmp_path: Path) -> None:
    for form, needle in forms(canary(3)).items():
        assert needle in b"some" + needle + b"bytes", form
    assert forms("13812345678")["base64 e164"] in base64.b64encode(b"+8613812345678")
