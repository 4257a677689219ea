# Flattens the YAML (and JSON) that cloud-init documents are written in: one line for each scalar, its path with slashes,
# a tab, and its value with backslash, line end and tab escaped. Exit code 1 when the document is not understood.
# Known: block and flow mappings and sequences, plain, quoted, literal and folded scalars, comments, tags (skipped).
# Not known: anchors, aliases, several documents.
{ sub(/\r$/, ""); line[NR] = $0 }

END {
  count = NR
  at = 1
  bad = 0
  skip()
  if (at <= count && line[at] ~ /^---/) { at++; skip() }
  if (at <= count) {
    if (opens(trim(line[at])) && !is_entry(trim(line[at]))) flow_value(take(), -1, "")
    else block(indent_of(line[at]), "")
  }
  skip()
  if (at <= count && line[at] !~ /^(---|\.\.\.)/) bad = 1
  exit bad
}

function skip() { while (at <= count && line[at] ~ /^[ \t]*(#.*)?$/) at++ }
function take(    text) { text = trim(line[at]); at++; return text }
function indent_of(text) { match(text, /^ */); return RLENGTH }
function trim(text) { sub(/^[ \t]+/, "", text); sub(/[ \t]+$/, "", text); return text }
function spaces(n) { return sprintf("%" n "s", "") }
function join(path, name) { return path == "" ? name : path "/" name }

# A mapping's entry: a plain or quoted key, a colon, and a space or the end.
function is_entry(text) { return text ~ /^("[^"]*"|'[^']*'|[A-Za-z0-9_.\/][A-Za-z0-9_.\/ -]*)[ ]*:([ \t]|$)/ }

function key_of(text,    key) {
  match(text, /^("[^"]*"|'[^']*'|[^:]*)[ ]*:/)
  key = trim(substr(text, 1, RLENGTH - 1))
  rest = trim(substr(text, RLENGTH + 1))
  if (key ~ /^["']/) key = substr(key, 2, length(key) - 2)
  return key
}

function opens(text) { return text != "" && index("[{\"'", substr(text, 1, 1)) > 0 }
function replace(text, from, to,    result, i) {
  result = ""
  while ((i = index(text, from)) > 0) { result = result substr(text, 1, i - 1) to; text = substr(text, i + length(from)) }
  return result text
}

function block(indent, path,    n, text, key, inner, sequence) {
  n = 0
  sequence = line[at] ~ /^ *-([ \t]|$)/
  while (!bad) {
    skip()
    if (at > count || indent_of(line[at]) != indent || line[at] ~ /^(---|\.\.\.)/) return
    text = trim(line[at])
    if (sequence != (text ~ /^-([ \t]|$)/)) return
    if (sequence) {
      rest = trim(substr(text, 2))
      if (rest == "" || rest ~ /^#/) { at++; nested(indent, join(path, n), 0) }
      else if (rest ~ /^-([ \t]|$)/ || is_entry(rest)) {
        # What follows the dash is a block of its own, as deep as it stands.
        inner = line[at]
        sub(/^ *-[ \t]*/, "", inner)
        key = length(line[at]) - length(inner)
        line[at] = spaces(key) inner
        block(key, join(path, n))
      }
      else { at++; scalar(rest, indent, join(path, n)) }
      n++
    } else if (is_entry(text)) {
      key = key_of(text)
      at++
      if (rest == "" || rest ~ /^#/) nested(indent, join(path, key), 1)
      else scalar(rest, indent, join(path, key))
    } else { bad = 1; return }
  }
}

# The value on the lines after a key or a dash; a sequence may stand as deep as its key.
function nested(indent, path, after_key,    deep) {
  skip()
  deep = at <= count ? indent_of(line[at]) : -1
  if (deep > indent || (deep == indent && after_key && line[at] ~ /^ *-([ \t]|$)/)) {
    if (is_entry(trim(line[at])) || line[at] ~ /^ *-([ \t]|$)/) block(deep, path)
    else scalar(take(), indent, path)
  }
  else emit(path, "")
}

function scalar(text, indent, path) {
  while (text ~ /^!/) { sub(/^![^ ]*[ ]*/, "", text) }
  if (text ~ /^[|>]/) literal(text, indent, path)
  else if (opens(text)) flow_value(text, indent, path)
  else if (text ~ /^[&*]/) bad = 1
  else {
    sub(/[ \t]+#.*$/, "", text)
    while (at <= count && line[at] !~ /^[ \t]*$/ && indent_of(line[at]) > indent) {
      text = text " " take()
      sub(/[ \t]+#.*$/, "", text)
    }
    emit(path, text)
  }
}

function literal(style, indent, path,    deep, text, this, folded, more) {
  folded = substr(style, 1, 1) == ">"
  deep = match(style, /[1-9]/) ? (indent < 0 ? 0 : indent) + substr(style, RSTART, 1) : -1
  text = ""
  more = 0
  for (; at <= count; at++) {
    if (line[at] ~ /^[ \t]*$/) { text = text "\n"; continue }
    if (deep < 0) { deep = indent_of(line[at]); if (deep <= indent) { deep = -1; break } }
    if (indent_of(line[at]) < deep) break
    this = substr(line[at], deep + 1)
    if (folded && more && text ~ /[^\n]\n$/ && this !~ /^ /) text = substr(text, 1, length(text) - 1) " "
    text = text this "\n"
    more = this !~ /^ /
  }
  if (style ~ /-/) sub(/\n+$/, "", text)
  else if (style !~ /\+/) { sub(/\n+$/, "", text); if (text != "") text = text "\n" }
  emit(path, text)
}

# A flow collection or a quoted scalar, which may go on over the next lines.
function flow_value(text, indent, path,    whole) {
  whole = text
  while (!balanced(whole)) {
    if (at > count) { bad = 1; return }
    whole = whole " " take()
  }
  input = whole
  position = 1
  flow(path)
  blank()
  if (position <= length(input) && substr(input, position, 1) != "#") bad = 1
}

function balanced(text,    i, c, depth, quote) {
  depth = 0
  quote = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (quote == "\"" && c == "\\") i++
    else if (quote != "") { if (c == quote) quote = "" }
    else if (c == "\"" || (c == "'" && (i == 1 || index(" ,:[{", substr(text, i - 1, 1))))) quote = c
    else if (c == "[" || c == "{") depth++
    else if (c == "]" || c == "}") depth--
  }
  return quote == "" && depth <= 0
}

function blank() { while (substr(input, position, 1) ~ /[ \t]/) position++ }

function flow(path,    c, n, key) {
  blank()
  c = substr(input, position, 1)
  if (c == "[" || c == "{") {
    position++
    for (n = 0; !bad; n++) {
      blank()
      if (substr(input, position, 1) == (c == "[" ? "]" : "}")) { position++; return }
      if (position > length(input)) { bad = 1; return }
      key = n
      if (c == "{") {
        key = atom(1)
        blank()
        if (substr(input, position, 1) != ":") { bad = 1; return }
        position++
      }
      flow(join(path, key))
      blank()
      if (substr(input, position, 1) == ",") position++
      else if (substr(input, position, 1) != (c == "[" ? "]" : "}")) { bad = 1; return }
    }
  }
  else emit(path, atom(0))
}

function atom(is_key,    c, text, start) {
  blank()
  c = substr(input, position, 1)
  if (c == "\"") return double_quoted()
  if (c == "'") {
    text = ""
    for (position++; position <= length(input); position++) {
      c = substr(input, position, 1)
      if (c == "'") {
        if (substr(input, position + 1, 1) != "'") { position++; return text }
        position++
      }
      text = text c
    }
    bad = 1
    return text
  }
  start = position
  while (position <= length(input)) {
    c = substr(input, position, 1)
    if (c == "," || c == "]" || c == "}" || (is_key && c == ":")) break
    position++
  }
  return trim(substr(input, start, position - start))
}

function double_quoted(    c, text, code) {
  text = ""
  for (position++; position <= length(input); position++) {
    c = substr(input, position, 1)
    if (c == "\"") { position++; return text }
    if (c == "\\") {
      position++
      c = substr(input, position, 1)
      if (c == "n") c = "\n"
      else if (c == "t") c = "\t"
      else if (c == "r") c = "\r"
      else if (c == "0") c = ""
      else if (c == "e") c = "\033"
      else if (c == "x") { c = utf8(hex(substr(input, position + 1, 2))); position += 2 }
      else if (c == "u") { c = utf8(hex(substr(input, position + 1, 4))); position += 4 }
    }
    text = text c
  }
  bad = 1
  return text
}

function hex(text,    i, n) {
  n = 0
  for (i = 1; i <= length(text); i++) n = n * 16 + index("0123456789abcdef", tolower(substr(text, i, 1))) - 1
  return n
}

function utf8(code) {
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
}

function emit(path, text) {
  print path "\t" replace(replace(replace(text, "\\", "\\\\"), "\t", "\\t"), "\n", "\\n")
}
