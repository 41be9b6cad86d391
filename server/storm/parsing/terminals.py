r"""Storm's words and signs as regexes, what the product calls each in its messages, and the order in which they are tried.

Which of them may stand at a place depends on what stands before it (`states.py`): `:` after a tag begins a tag property, a
`]` behind a space never belongs to an argument. All is as a real Cortex 2.250 was seen to take and to refuse texts.
"""

import re

# What starts an unquoted value, and what it holds. `$` ends it: `inet:ip=a$x` is a lift, then a variable.
FIRST = r"[*+\-/0-9?A-Z\\_a-z\u0080-\U0010ffff]"
NAME = r"[a-z_][a-z0-9_]*"
FORM = rf"{NAME}(?::[a-z0-9_]+)+"
PROP = rf"{FORM}(?:\.{NAME}(?:[:.][a-z0-9_]+)*)?"
# Words that open a step, and what must come next for them to do so; else they are no words at all.
BEFORE = {
    "break": r"(?=[\s}])",
    "continue": r"(?=[\s}])",
    "stop": r"(?=[\s}]|\Z)",
    "emit": r"(?=\s)",
    "yield": r"(?=\s)",
    "return": r"(?=[\s(])",
    "reverse": r"(?=[\s(])",
    "init": r"(?=[\s{])",
    "fini": r"(?=[\s{])",
    "empty": r"(?=[\s{])",
}
PLAIN = ("for", "function", "if", "switch", "try", "while")
# A word of an argument holds no sign that ends it, and no `,`, `=`, `]`, which join words.
ARGUMENT = r"[*/0-9?A-Z\\_a-z\u0080-\U0010ffff][^\s()}|=,\]$]*"
COMPARE = r"(?:=[!<>@^~=]?|[<>]=?|[!@^~]=)"
STRING = r"\"(?:\\[^\n]|[^\"\\\n])*\"|'[^']*'"
# What may follow a number of an expression; anything else makes it a piece of a list.
AFTER_NUMBER = r"(?=[\s%*+\-/)<>=!~}]|\Z)"

# kind -> (regex, what the product calls it). The order is the one in which kinds that may stand at a place are tried.
TERMINALS: dict[str, tuple[str, str]] = {
    "end of input": (r"\Z", "end of input"),
    **{word: (rf"{word}{after}", word) for word, after in BEFORE.items()},
    **{word: (rf"{word}(?![a-z0-9]|:[a-z0-9_])", word) for word in PLAIN},
    # As steps behind a command, where any other text with these letters is an argument.
    **{f"{word} alone": (rf"{word}(?=[\s()}}|=,\]$]|\Z)", word) for word in PLAIN},
    "elif": (r"elif\b", "elif"),
    "else": (r"else(?=[\s{])", "else"),
    "catch": (r"catch\b", "catch"),
    "in": (r"in", "in"),
    "as": (r"as(?=\s|\Z)", "as"),
    "and": (r"and(?![a-z0-9.]+(?:[\s|}]|\Z))(?!:)", "and"),
    "or": (r"or(?![a-z0-9.]+(?:[\s|}]|\Z))(?!:)", "or"),
    "not": (r"not(?=[\s($]|\Z)", "not"),
    "unset": (r"unset", "unset"),
    "null": (r"null(?=[\s,)\]}%*+\-/=<>!~]|\Z)", "null"),
    "boolean": (r"(?:true|false)(?=[\s,)\]}%*+\-/=<>!~]|\Z)", "boolean"),
    "triple": (r"'''(?s:.*?)'''", "triple-quoted string"),
    "string variable": (STRING, "variable"),
    "double": (r"\"(?:\\[^\n]|[^\"\\\n])*\"", "double-quoted string"),
    "single": (r"'[^']*'(?!')|''(?!')", "single-quoted string"),
    "number": (rf"-?(?:0x[0-9a-fA-F]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?){AFTER_NUMBER}", "number"),
    "json number": (rf"-?(?:0x[0-9a-fA-F]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?){AFTER_NUMBER}", "number"),
    "embed prop": (
        rf"{FORM}(?:::{NAME}(?:[.:]{NAME})*)+(?![:.a-z0-9_\-])",
        "absolute property name with embed properties",
    ),
    "wild prop": (
        rf"{NAME}(?::[a-z0-9_]+)*(?:\.{NAME})?(?::[a-z0-9_]*)\*(?![a-z0-9_:.\[])"
        rf"|{NAME}(?::[a-z0-9_]+)+(?:\.{NAME})?\*(?![a-z0-9_:.\[])",
        "property name potentially with wildcards",
    ),
    "absolute prop": (rf"{PROP}(?![:.a-z0-9_\-])", "absolute property name"),
    "named compare": (r"\w+[@?!<>^~=]*[<>=]", "named comparison operator"),
    "command": (
        r"(?!(?:break|continue|stop|emit|yield|return|reverse|init|fini|empty|elif|else|catch|as|and|or|not)(?![a-z0-9]))"
        r"[a-z][a-z0-9.]+(?=[\s|}]|\Z)",
        "command name",
    ),
    "--+>": (r"--\+>", "--+>"),
    "-->": (r"-->", "-->"),
    "option": (
        r"(?<=\s)(?:--?[a-zA-Z0-9_][a-zA-Z0-9_\-]*(?![:.a-zA-Z0-9_\-])|---*[a-zA-Z0-9_\-]*(?![:.a-zA-Z0-9_\-]))",
        "command line option",
    ),
    "tag :": (r"(?<!\s):", ":"),
    "relative prop": (rf"(?<![\w)\]}}]):\.?{NAME}(?:(?:::|[:.]){NAME})*", "relative property name"),
    "universal prop": (rf"(?<![\w)\]}}\"'`.])\.{NAME}(?:[:.][a-z0-9_]+)*", "universal property"),
    "deref": (r"\.", "."),
    "prop name": (NAME, "base property name"),
    "tag": (r"\w+", "non-variable tag segment"),
    "wild tag": (r"[\w*]+", "tag segment potentially with asterisks"),
    "call word": (rf"{STRING}|\w+(?![^\s=()\]}}|,$])", "variable"),
    "variable": (rf"{STRING}|\w+", "variable"),
    "default case": (r"\*(?=\s*:)|\*(?![^\s(){}\[\]\"':])", "default case"),
    "case": (r"[^\s(){}\[\]\"':]+(?=\s*:\s*\{)", "case value"),
    "list case": (r"[^\s(),\"']+(?=\s*[,)])", "case multi-value"),
    "text": (r"(?:\\.|[^`{\\])+", "text within a format string"),
    # Behind a word of an argument, without a space: they join it to the next.
    "glue =": (r"(?<!\s)=(?!\s)", "="),
    "glue ,": (r"(?<!\s),(?!\s)", ","),
    "glue ]": (r"(?<!\s)\](?!\s)", "]"),
    "trailing ,": (r"(?<!\s),\s+", ","),
    "?++=": (r"\?(?:\+\+|--)=", "?++= or ?--="),
    "?+=": (r"\?[+-]=", "?+= or ?-="),
    "?=": (r"\?=", "?="),
    "*[": (r"\*\[", "*["),
    # Behind a value, where an argument might begin so, it is always this.
    "* named": (r"\*(?![*$])", "*"),
    "argument": (rf"(?!\*\$){ARGUMENT}", "unquoted value"),
    "<+(": (r"<\+\(", "<+("),
    "<(": (r"<\((?=[^()]*(?:\((?:[^()]|\([^()]*\))*\)[^()]*)*\)[+\-])", "<("),
    # Behind a block that could be an argument of a command; no step begins so.
    "any argument": (r"[^\s()\[\]{}|=,\"'#$:.+*\-/][^\s}]*", "An unquoted string parsed as a cmdr arg"),
    "minus": (r"-(?=-*[$(:.#]|-[0-9])", "-"),
    "value": (rf"{FIRST}[^\s=()\]}}|,$]*", "unquoted value"),
    "list value": (rf"(?!\*\$){FIRST}(?:[^,)]*[^,)\s])?", "unquoted list value"),
    "++=": (r"(?:\+\+|--)=", "++= or --="),
    "+=": (r"[+-]=", "+= or -="),
    "<+--": (r"<\+--", "<+--"),
    "<+-": (r"<\+-", "<+-"),
    "<--": (r"<--", "<--"),
    "<-": (r"<-[^0-9\-]", "<-"),
    "-+>": (r"-\+>", "-+>"),
    "->": (r"->", "->"),
    "-(": (r"-\(", "-("),
    "+(": (r"\+\(", "+("),
    "compare": (r"=[!<>@^~=]|[!<>@^~]=?", "comparison operator"),
    "argument compare": (r"[!<>~^]=|[<>]", "comparison operator"),
    "math compare": (r"(?:[!<>~^]=|[<>])", "comparison operator"),
    "=": (r"=", "="),
    "${": (r"\$\{", "${"),
    ":$": (r":\$", ":$"),
    "**": (r"\*\*", "**"),
    "*$": (r"\*(?=\$)", "*"),
    "*": (r"\*", "*"),
    ")+>": (r"\)\+>", ")+>"),
    ")+": (r"\)\+", ")+"),
    ")>": (r"\)>", ")>"),
    ")-": (r"\)-", ")-"),
    "wild #": (r"#(?=[\w.:$]*\*[\w.:$*]*+(?!\s*[@=<>!~^]))", "#"),
    **{
        sign: (re.escape(sign), sign)
        for sign in ("#", "$", "(", ")", "+", ",", "-", ".", "/", "%", ":", "?", "[", "]", "`", "{", "|", "}")
    },
}
NAMES = {kind: name for kind, (_, name) in TERMINALS.items()}
RANK = {kind: rank for rank, kind in enumerate(TERMINALS)}

# Tried, in this order, on a text that may not stand where it does, to say what it looks like.
UNEXPECTED: tuple[tuple[str, str], ...] = (
    ("and", r"and(?![a-z0-9_])"),
    ("or", r"or(?![a-z0-9_])"),
    ("not", r"not(?=[\s($])"),
    ("else", r"else(?=[\s{])"),
    ("elif", r"elif(?=\s*\{)"),
    *((word, word + after) for word, after in BEFORE.items()),
    ("triple", TERMINALS["triple"][0]),
    ("string variable", rf"(?!\'\'\')(?:{STRING})"),
    ("json number", r"(?:0x[0-9a-fA-F]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)" + AFTER_NUMBER),
    ("embed prop", TERMINALS["embed prop"][0]),
    ("wild prop", TERMINALS["wild prop"][0]),
    ("absolute prop", TERMINALS["absolute prop"][0]),
    ("relative prop", rf"(?<=\s):{NAME}(?:(?:::|[:.]){NAME})*"),
    ("named compare", r"\w+[@?!<>^~=]*[<>=]"),
    ("command", r"(?!(?:if|for|while|switch|try|function)(?![a-z0-9]))" + TERMINALS["command"][0]),
    ("case", r"(?<=[\s{])[a-z][^\s(){}\[\]\"':]*(?=\s*:\s*\{)"),
    ("list case", r"(?<=[\s(,])(?!\.)[\[{]?[^\s(),\"'=*\[\]:!<>@^~`&;#%+\-|]+(?=,|\s*\)\s*:)"),
    ("?=", r"\?=(?=\s*\Z)"),
    ("option", TERMINALS["option"][0]),
    ("list value", r"(?:[?A-Z\\_a-z0-9\u0080-\U0010ffff]|-(?=[a-zA-Z])|(?<=-)-(?=\"))(?:[^,)]*[^,)\s])?"),
    ("**", r"\*\*"),
    ("*[", r"\*\["),
    ("*", r"\*(?=\$)"),
    ("default case", r"\*"),
    ("compare", r"[!<>@^~]=?|=[!<>@^~=]"),
    ("=", r"="),
    (")+>", r"\)\+>"),
    (")>", r"\)>"),
    (")+", r"\)\+"),
    (")-", r"\)-"),
    (",", r",\s+(?=\S)|(?<!\s),"),
    ("]", r"(?<!\s)\](?!\s)"),
    ("+=", r"[+-]="),
    ("+(", r"\+\("),
    ("->", r"->"),
    *((sign, re.escape(sign)) for sign in "#$%(){}|.:/[+-`"),
    ("text", r"(?s:(?:\\.|[^`{\\])+|.)"),
)
