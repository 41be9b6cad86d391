"""How the arguments of commands are read and what their help says."""

from deadringer.server.storm.commands.table import COMMANDS

from ..edits.asking import Asking
from .telling import error, messages, printed


def test_every_command_has_a_help_of_the_products_shape(cortex: Asking) -> None:
    for name, command in COMMANDS.items():
        lines = printed(cortex, f"{name} --help")

        words = " ".join(f"<{option.key}>" for option in command.options if option.positional)
        start = ["", command.desc, "", f"Usage: {name} [options] {words}", "", "Options:", ""]
        assert lines[:8] == [*start, "  --help                      : Display the command usage."]


def test_help_ends_the_query(cortex: Asking) -> None:
    assert "after" not in printed(cortex, "count --help | $lib.print(after)")


def test_help_takes_nothing_beside_it(cortex: Asking) -> None:
    assert error(cortex, "spin --help newp") == (
        "BadArg",
        "Extra arguments and flags are not supported with the help flag: spin --help newp",
    )


def test_defaults_are_shown_but_not_those_of_flags(cortex: Asking) -> None:
    lines = printed(cortex, "stats.countby --help")

    assert any(line.startswith("  --char <char>  ") and line.endswith("(default: #)") for line in lines)
    assert any(line.startswith("  --size <size>  ") and line.endswith("(default: None)") for line in lines)
    assert any(line.startswith("  [valu]") for line in lines)
    assert not any("--yield" in line and "default" in line for line in lines)


def test_an_option_may_come_out_of_a_variable(cortex: Asking) -> None:
    assert printed(cortex, '$o="--yield" [inet:asn=1 inet:asn=2] | count $o | count') == [
        "Counted 2 nodes.",
        "Counted 2 nodes.",
    ]


def test_arguments_are_computed_behind_the_first_node(cortex: Asking) -> None:
    assert printed(cortex, "[inet:asn=1 inet:asn=2] | spin | $n=(1) inet:asn | limit $n | count") == [
        "Counted 1 nodes."
    ]


def test_arguments_of_a_node_change_with_it(cortex: Asking) -> None:
    assert printed(cortex, "[inet:asn=1 inet:asn=2 inet:asn=2] | uniq $node.value() | count") == ["Counted 2 nodes."]


def test_some_commands_refuse_arguments_of_a_node(cortex: Asking) -> None:
    assert error(cortex, "[inet:asn=1] $i=$node.iden() | iden $i") == (
        "StormRuntimeError",
        "iden argument must be runtsafe.",
    )


def test_a_command_that_writes_is_refused_before_anything_runs(cortex: Asking) -> None:
    found = messages(cortex, "$lib.print(a) | delnode", readonly=True)

    assert [kind for kind, _ in found] == ["err"]
    assert found[0][1][0] == "IsReadOnly"


def test_help_lists_commands_by_part_of_their_name(cortex: Asking) -> None:
    assert printed(cortex, "help spi") == [
        "The following Storm commands are available:",
        "package: synapse",
        f"spin: {COMMANDS['spin'].desc}",
        "",
        "For detailed help on any command, use <cmd> --help",
    ]
