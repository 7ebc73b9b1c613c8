"""`pinzhi keys`: the keys that sign certificates: list them, or go on to a new one."""

import json

import click

from pinzhi.commands.words import both, say
from pinzhi.engine.periods import Moment
from pinzhi.engine.signatures import key_text
from pinzhi.engine.texts import Text
from pinzhi.records.accounts.permissions import command as acting
from pinzhi.records.attestation.actions.rotating import rotate_keys
from pinzhi.records.attestation.queries.keys import site_key_document, site_keys
from pinzhi.records.clock import moment


@click.group(
    "keys",
    help=both(
        "签发证书的密钥。换新之后，旧密钥签过的证书照样能验。",
        "The keys that sign certificates. After a change, what older keys signed still verifies.",
    ),
)
def command() -> None:
    """Group what can be done with the keys."""


@command.command("list", help=both("列出全部密钥。", "List all keys."))
@click.option("--json", "as_json", is_flag=True, help=both("输出公开的密钥文件", "print the public key document"))
def listed(as_json: bool) -> None:
    """Show every key with the time it was in use."""
    if as_json:
        click.echo(json.dumps(site_key_document(), ensure_ascii=False, indent=1))
        return
    for one in site_keys().keys:
        name, since = one.id.rpartition("#")[2], f"{one.since:%Y-%m-%d %H:%M}"
        end = (
            Text(f"到 {one.until:%Y-%m-%d %H:%M}", f"to {one.until:%Y-%m-%d %H:%M}")
            if one.until
            else Text("在用", "in use")
        )
        say(
            Text(
                f"{name}　{key_text(one.public)}　{since} {end.zh}", f"{name}  {key_text(one.public)}  {since} {end.en}"
            )
        )


@command.command(
    "rotate", help=both("换一把新密钥；旧的保留，以便验证。", "Make a new key; the old ones stay to verify.")
)
@click.confirmation_option(prompt="换新密钥？ Make a new key?", help=both("不再询问", "do not ask"))
def rotated() -> None:
    """Make the next key, which signs from now on."""
    when: Moment = moment()
    made = rotate_keys(actor=acting("keys"), when=when)
    say(
        Text(
            f"现在用 {made.id} 签发。请把密钥文件夹一起备份。", f"{made.id} signs from now on. Back the key folder up."
        )
    )
