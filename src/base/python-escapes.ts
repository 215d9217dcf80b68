/** What a letter behind a backslash stands for in a text of Python, and so in Ansible's INI and one-line args. */
export const pythonEscapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
