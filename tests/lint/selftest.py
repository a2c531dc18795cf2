#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that each lint can fail, and where: bad samples in a temporary project, and good ones beside
them. Prints TAP."""
import pathlib
import sys
import tempfile

import banned
import includes
import lengths
import methods
import paths
import rooms
import spdx

HEAD = '/* SPDX-License-' + 'Identifier: Apache-2.0 */\n'
SLASH = '/'
LONG = 'int f(void)\n{\n' + '\tg();\n' * 68 + '}\n'  # 71 lines
INTERFACE = 'interface org.ogid.Ledger\n\nmethod Status() -> ()\n'

# lint, the files, the places that it has to name and no others
CASES = [
  ('a header from above', includes, {'daemon/core/a.c': '#include "daemon/store/s.h"\n', 'daemon/store/s.h': ''},
   ['daemon/core/a.c:1']),
  ('a header not from the root', includes, {'proto/a.c': '\n#include "a.h"\n', 'proto/a.h': ''}, ['proto/a.c:2']),
  ('the client sees the daemon', includes, {'client/a.c': '#include "daemon/core/a.h"\n', 'daemon/core/a.h': ''},
   ['client/a.c:1']),
  ('an unknown room', includes, {'extra/a.c': '#include "proto/a.h"\n', 'proto/a.h': ''}, ['extra/a.c:1']),
  ('directions kept', includes, {'daemon/serve/a.c': '#include "daemon/register/r.h"\n', 'daemon/register/r.h': '',
                                 'tests/unit/t.c': '#include "daemon/register/r.h"\n'}, []),
  ('a third-party header outside its room', rooms, {'daemon/register/a.c': '#include <lmdb.h>\n'},
   ['daemon/register/a.c:1']),
  ('openssl outside sm3.c', rooms, {'client/a.c': '#include <openssl/evp.h>\n'}, ['client/a.c:1']),
  ('JSON in the ground floor', rooms, {'proto/base/a.c': '#include <jansson.h>\n'}, ['proto/base/a.c:1']),
  ('a new third-party header', rooms, {'proto/a.c': '#include <curl/curl.h>\n'}, ['proto/a.c:1']),
  ('headers in their rooms', rooms, {'daemon/store/state_db.h': '#include <lmdb.h>\n#include <stdio.h>\n',
                                     'proto/a.c': '#include <jansson.h>\n#include <sys/un.h>\n'}, []),
  ('a function of 71 lines', lengths, {'proto/a.c': '\n' + LONG}, ['proto/a.c:2']),
  ('a file of 501 lines', lengths, {'proto/a.c': '\n' * 501}, ['proto/a.c:1']),
  ('a long function of Python', lengths, {'proto/a.py': 'def f():\n' + '  x = 1\n' * 70}, ['proto/a.py:1']),
  ('an exception without its reason', lengths, {'proto/a.c': LONG, lengths.LIST: 'proto/a.c:f because\n'},
   [f'{lengths.LIST}:1']),
  ('an exception that excepts nothing', lengths, {lengths.LIST: 'proto/a.c it was long once\n'},
   [f'{lengths.LIST}:1']),
  ('lengths kept', lengths, {'proto/a.c': LONG.replace('\tg();\n', '', 1), 'proto/b.c': LONG,
                             lengths.LIST: 'proto/b.c:f it is a table\n'}, []),
  ('no licence', spdx, {'LICENSE': '', 'a.c': 'int x;\n', 'b.c': HEAD}, ['a.c:1']),
  ('a banned function', banned, {'a.c': 'void f(void)\n{\n\tstrcpy(a, b);\n}\n'}, ['a.c:3']),
  ('goto outside main', banned, {'a.c': 'int f(void)\n{\n\tgoto out;\n}\n'}, ['a.c:3']),
  ('nothing banned', banned, {'a.c': '/* strcpy(a, b) */\nint main(void)\n{\n\tgoto out;\n\tputs("system(1)");\n'
                                     '\tgmtime_r(a, b);\n}\n'}, []),
  ('a method without row and command', methods, {'proto/org.ogid.Ledger.varlink': INTERFACE,
                                                 'daemon/serve/dispatch.c': '', 'client/commands.c': ''},
   ['proto/org.ogid.Ledger.varlink:3'] * 2),
  ('a method with both', methods, {'proto/org.ogid.Ledger.varlink': INTERFACE,
                                   'daemon/serve/dispatch.c': '"org.ogid.Ledger.Status"',
                                   'client/commands.c': '#define LEDGER "org.ogid.Ledger."\n{ LEDGER "Status" }\n'}, []),
  ('a path of one machine', paths, {'a.sh': f'\ncd {SLASH}home/me\n'}, ['a.sh:2']),
  ('the address of a registry', paths, {'a.md': 'https:' + SLASH * 2 + 'pypi.' + 'org/x\n'}, ['a.md:1']),
  ('paths that hold everywhere', paths, {'a.sh': 'cd "$dir/work/x"\n/usr/bin/env\n/tmp/ogid-1000/\n'}, []),
]


def try_case(lint, samples):
  with tempfile.TemporaryDirectory() as directory:
    root = pathlib.Path(directory)
    for path, text in samples.items():
      (root / path).parent.mkdir(parents=True, exist_ok=True)
      (root / path).write_text(text, encoding='utf-8')
    return sorted(f'{path}:{line}' for path, line, _ in lint.check(root))


def main():
  print(f'1..{len(CASES)}')
  failed = False
  for number, (title, lint, samples, expected) in enumerate(CASES, 1):
    found = try_case(lint, samples)
    ok = found == sorted(expected)
    failed |= not ok
    print(f'{"ok" if ok else "not ok"} {number} - {lint.__name__}: {title}')
    if not ok:
      print(f'# expected {expected}, found {found}')
  sys.exit(1 if failed else 0)


if __name__ == '__main__':
  main()
