#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns files into C arrays: embed.py OUTPUT.c INPUT...

Each input becomes `const char embedded_NAME[]`, ended by NUL, and `const size_t embedded_NAME_bytes`
without it; NAME is the file's path from the folder given by --under (or its own name), with every
character that is no letter or digit turned into '_'. With --list TABLE the arrays are static and one
table `const struct embedded_file TABLE[]` of {path, text, bytes} ends the file, closed by NULLs.
"""
import os
import re
import sys

arguments = sys.argv[1:]
under = table = None
while arguments and arguments[0].startswith("--"):
    option, value = arguments.pop(0), arguments.pop(0)
    if option == "--under":
        under = value
    elif option == "--list":
        table = value
output, inputs = arguments[0], arguments[1:]
names = []
with open(output, "w", encoding="utf-8") as out:
    out.write("/* Made by proto/embed.py; do not edit. */\n#include <stddef.h>\n")
    if table:
        out.write('#include "daemon/load/shipped.h"\n')
    for path in inputs:
        shown = os.path.relpath(path, under) if under else os.path.basename(path)
        name = re.sub(r"[^A-Za-z0-9]", "_", shown)
        with open(path, "rb") as source:
            data = source.read()
        if not table:
            out.write(f"extern const char embedded_{name}[];\nextern const size_t embedded_{name}_bytes;\n")
        body = ",".join(str(b if b < 128 else b - 256) for b in data + b"\0")
        lead = "static " if table else ""
        out.write(f"{lead}const char embedded_{name}[] = {{{body}}};\n")
        if not table:
            out.write(f"const size_t embedded_{name}_bytes = {len(data)};\n")
        names.append((shown, name, len(data)))
    if table:
        out.write(f"const struct embedded_file {table}[] = {{\n")
        for shown, name, count in names:
            out.write(f'\t{{"{shown}", embedded_{name}, {count}}},\n')
        out.write("\t{NULL, NULL, 0},\n};\n")
