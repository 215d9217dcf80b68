import { celCall, celFilter } from './cel-filters.ts';
import { celTest } from './cel-tests.ts';
import { typeOfJinja } from './jinja-types.ts';
import { type Jinja, parseJinja } from './parse-jinja.ts';
import { level, literalText, type Piece, type Translator, Untranslatable, whole } from './translation.ts';

/** A Jinja condition in CEL; `null` when it is none, or says what CEL can not. */
export function jinjaConditionInCel(text: string): string | null {
  return translated(text, (t, node) => t.asBool(node));
}

/** A Jinja expression in CEL; `null` when it is none, or says what CEL can not. */
export function jinjaInCel(text: string): string | null {
  return translated(text, (t, node) => t.of(node));
}

/** An expression that is parsed already, in CEL. @throws Untranslatable */
export function celOf(node: Jinja): string {
  return celTranslator().of(node);
}

function translated(text: string, translate: (t: Translator, node: Jinja) => string): string | null {
  const node = parseJinja(text);
  if (node === null) return null;
  try {
    return translate(celTranslator(), node);
  } catch (error) {
    if (error instanceof Untranslatable) return null;
    throw error;
  }
}

function celTranslator(): Translator {
  const items: string[] = [];
  const t: Translator = {
    of: (node, needed = level.choice) => inParentheses(pieceOf(t, node), needed),
    asBool: (node, needed = level.choice) => inParentheses(boolOf(t, node), needed),
    withItem(make) {
      const name = ['i', 'j', 'k', 'l', 'm', 'n'][items.length];
      if (name === undefined) throw new Untranslatable();
      items.push(name);
      const made = make(name);
      items.pop();
      return made;
    },
  };
  return t;
}

function inParentheses({ text, level: own }: Piece, needed: number): string {
  return own < needed ? `(${text})` : text;
}

function pieceOf(t: Translator, node: Jinja): Piece {
  switch (node.kind) {
    case 'literal':
      return whole(JSON.stringify(node.value));
    case 'name':
      return whole(reserved.has(node.name) ? `vars.${node.name}` : node.name);
    case 'item':
      return itemOf(t, node.owner, node.key);
    case 'call':
      return celCall(t, node.callee, node.args);
    case 'filter':
      return celFilter(t, node);
    case 'test':
      return celTest(t, node);
    case 'not':
      return { text: `!${t.asBool(node.value, level.unary)}`, level: level.unary };
    case 'minus':
      return { text: `-${t.of(node.value, level.unary)}`, level: level.unary };
    case 'binary':
      return binaryOf(t, node.op, node.left, node.right);
    case 'if':
      return choiceOf(t, node);
    case 'list':
      return whole(`[${node.items.map((item) => t.of(item)).join(', ')}]`);
    case 'map':
      return whole(`{${node.entries.map(([key, value]) => `${t.of(key)}: ${t.of(value)}`).join(', ')}}`);
  }
}

// Words that CEL keeps for itself.
const reserved: ReadonlySet<string> = new Set(
  'as break const continue else for function if import in let loop package namespace return var void while'.split(' '),
);

function itemOf(t: Translator, owner: Jinja, key: Jinja): Piece {
  const from = t.of(owner, level.whole);
  if (key.kind === 'minus' && key.value.kind === 'literal' && key.value.value === 1) return whole(`${from}.last()`);
  const name = literalText(key) ?? '';
  return whole(/^[A-Za-z_]\w*$/.test(name) ? `${from}.${name}` : `${from}[${t.of(key)}]`);
}

function boolOf(t: Translator, node: Jinja): Piece {
  const piece = pieceOf(t, node);
  if (node.kind === 'binary' && (node.op === 'and' || node.op === 'or')) return piece;
  const own = inParentheses(piece, level.sum);
  switch (typeOfJinja(node)) {
    case 'string':
      return { text: `${own} != ""`, level: level.comparison };
    case 'number':
      return { text: `${own} != 0`, level: level.comparison };
    case 'list':
    case 'map':
      return { text: `size(${piece.text}) > 0`, level: level.comparison };
    default:
      return piece;
  }
}

function choiceOf(t: Translator, { condition, yes, no }: Jinja & { readonly kind: 'if' }): Piece {
  const otherwise = no === null ? '""' : t.of(no);
  const text = `${t.asBool(condition, level.or)} ? ${t.of(yes, level.or)} : ${otherwise}`;
  return { text, level: level.choice };
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

function binaryOf(t: Translator, op: string, left: Jinja, right: Jinja): Piece {
  const infix = (own: number, mark: string): Piece => ({
    text: `${t.of(left, own)} ${mark} ${t.of(right, own + 1)}`,
    level: own,
  });
  if (comparisons.has(op)) return infix(level.comparison, op);
  switch (op) {
    case 'and':
      return { text: `${t.asBool(left, level.and)} && ${t.asBool(right, level.and)}`, level: level.and };
    case 'or':
      return { text: `${t.asBool(left, level.or)} || ${t.asBool(right, level.or)}`, level: level.or };
    case 'in':
      return isInOf(t, left, right);
    case 'not in':
      return { text: `!${inParentheses(isInOf(t, left, right), level.unary)}`, level: level.unary };
    case '~':
      return { text: `${asText(t, left)} + ${asText(t, right)}`, level: level.sum };
    case '+':
    case '-':
      return infix(level.sum, op);
    case '*':
    case '%':
      if (typeOfJinja(left) === 'string') throw new Untranslatable();
      return infix(level.product, op);
    case '//':
      return infix(level.product, '/');
    case '/':
      return { text: `double(${t.of(left)}) / ${t.of(right, level.unary)}`, level: level.product };
    default:
      throw new Untranslatable();
  }
}

// Jinja's `in` also looks for a part of a text.
function isInOf(t: Translator, left: Jinja, right: Jinja): Piece {
  if (typeOfJinja(right) === 'string') return whole(`${t.of(right, level.whole)}.contains(${t.of(left)})`);
  return { text: `${t.of(left, level.sum)} in ${t.of(right, level.sum)}`, level: level.comparison };
}

function asText(t: Translator, node: Jinja): string {
  const isText = typeOfJinja(node) === 'string';
  return isText ? t.of(node, level.sum) : `string(${t.of(node)})`;
}
