"""``ocppscope proxy``: stand between stations and their CSMS."""

from typing import TYPE_CHECKING

import click

from ocppscope.cli.options import load_profiles, pics_option
from ocppscope.cli.rotation_options import rotation_options
from ocppscope.cli.rule_option import RuleSwitching, read_rules, rule_option

if TYPE_CHECKING:
    from ocppscope.capture.retention import Rotation


@click.command(
    name="proxy",
    cls=RuleSwitching,
    epilog="""\b
Examples:
  ocppscope proxy ws://192.0.2.7:8080/ocpp
  ocppscope proxy wss://csms.example/ocpp --listen 0.0.0.0:9000 --pics evon200-40p-2cr
  ocppscope proxy ws://192.0.2.7:8080/ocpp --rule -judgement --rule SES-012.warning_s=20
  ocppscope proxy wss://csms.example/ocpp --headless --capture site.jsonl --rotate-time 24h --keep 30d""",
)
@click.argument("upstream", metavar="UPSTREAM")
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:9000",
    show_default=True,
    help="Where stations connect to; port 0 picks one.",
)
@pics_option
@rule_option
@click.option("--capture", metavar="FILE", type=click.Path(), help="Record there; a native capture is appended to.")
@click.option("--no-capture", is_flag=True, help="Keep no record.")
@rotation_options
@click.option("--plain", is_flag=True, help="One line a message on stdout instead of the terminal UI.")
@click.option("--headless", is_flag=True, help="Print nothing but warnings: for a service.")
@click.option("--cert", metavar="FILE", type=click.Path(), help="Certificate chain (PEM): listen on wss://.")
@click.option("--key", metavar="FILE", type=click.Path(), help="Its private key (PEM), unless FILE of --cert holds it.")
@click.option("--upstream-ca", metavar="FILE", type=click.Path(), help="Authorities (PEM) to verify the CSMS by.")
def command(
    *,
    upstream: str,
    listen: str,
    pics: tuple[str, ...],
    switched: tuple[str, ...],
    capture: str | None,
    no_capture: bool,
    rotation: "Rotation | None",
    plain: bool,
    headless: bool,
    cert: str | None,
    key: str | None,
    upstream_ca: str | None,
) -> int:
    """Stand between charging stations and the CSMS at UPSTREAM, ws:// or wss://.

    Stations connect to ws://HOST:PORT/<anything>/<station id>; that path is appended to UPSTREAM's unchanged. Every
    byte is forwarded as it came, credentials included; they are never written down. Without a terminal on stdout this
    prints one line a message, as with --plain. Ctrl+C or SIGTERM closes all sessions and says where the capture is.
    """
    if capture is not None and no_capture:
        raise click.UsageError("--capture and --no-capture exclude each other")
    if rotation is not None and no_capture:
        raise click.UsageError("--no-capture leaves nothing to rotate")
    if plain and headless:
        raise click.UsageError("--plain and --headless exclude each other")
    from ocppscope.cli.serving import Face, Serving, capture_path, face
    from ocppscope.proxy.config import EngineConfig

    profiles = load_profiles(pics)
    switches = read_rules(switched, profiles)
    options = {"pics": [profile.name for profile in profiles], "rules": list(switched)}
    shown = face(plain=plain, headless=headless)
    with capture_path(capture, keep=not no_capture, needed=shown is not Face.HEADLESS) as path:
        config = EngineConfig(
            upstream=upstream,
            listen=listen,
            capture=path,
            rotation=rotation,
            cert=cert,
            key=key,
            upstream_ca=upstream_ca,
            options={name: value for name, value in options.items() if value},
        )
        return Serving(config, shown, kept=not no_capture, profiles=profiles, switches=switches, title="proxy").run()
