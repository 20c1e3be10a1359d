"""A bounded run of atheris, which looks for inputs that take new ways through the code, over every reader.

``pip install atheris`` and then ``python tests/benchmarks/fuzz_readers.py [SECONDS]``. Whatever it finds is written to the
current folder by atheris as ``crash-…``; the exit status is then not 0. Without atheris it says so and ends well: the tests
have the same samples spoiled by hypothesis.
"""

import sys
import tempfile
from pathlib import Path

SECONDS = 60
LONGEST = 16 * 1024


def main() -> int:
    """Fuzz for as long as the command line says."""
    try:
        import atheris  # noqa: PLC0415 - optional
    except ImportError:
        print("skipped: atheris is not installed; pip install atheris")
        return 0
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "capture"))
    with atheris.instrument_imports(include=["ocppscope.capture", "ocppscope.protocol"]):
        from samples import SAMPLES  # noqa: PLC0415 - atheris instruments what is imported here

        from ocppscope.capture.errors import CaptureError  # noqa: PLC0415 - as above
        from ocppscope.capture.options import ReadOptions  # noqa: PLC0415 - as above
        from ocppscope.capture.reader import open_capture  # noqa: PLC0415 - as above
        from ocppscope.capture.record import encode  # noqa: PLC0415 - as above

    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    names = [None, *SAMPLES]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed"
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for number, (name, sample) in enumerate(SAMPLES.items(), 1):
            (seeds / name).write_bytes(bytes((number,)) + sample)

        def once(data: bytes) -> None:
            if len(data) < 2:
                return
            path.write_bytes(data[1:])
            try:
                for record in open_capture(path, options=ReadOptions(form=names[data[0] % len(names)])):
                    encode(record)
            except CaptureError:
                return

        arguments = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=2048"]
        atheris.Setup([sys.argv[0], *arguments, str(seeds)], once)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
