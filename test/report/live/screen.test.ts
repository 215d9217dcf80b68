import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Screen } from '../../../src/report/live/screen.ts';
import { memoryOutput } from '../sample.ts';
import { terminalOf } from '../terminal.ts';

const test = suite('report/screen');

test('keeps text above lines that are drawn again', () => {
  const output = memoryOutput({ columns: 40, rows: 10 });
  const screen = new Screen(output);
  screen.print('first\n');
  screen.draw(['one', 'two', 'three']);
  screen.print('second\nthird\n');
  assert.is(terminalOf(output.text(), 40).text, 'first\nsecond\nthird\none\ntwo\nthree');
  screen.draw(['four']);
  assert.is(terminalOf(output.text(), 40).text, 'first\nsecond\nthird\nfour');
  assert.is(terminalOf(output.text(), 40).isCursorShown, false);
});

test('leaves nothing behind when it is closed, and text goes on', () => {
  const output = memoryOutput({ columns: 40, rows: 10 });
  const screen = new Screen(output);
  screen.draw(['one', 'two']);
  screen.close();
  screen.close();
  screen.draw(['late']);
  screen.print('last\n');
  const { text, isCursorShown, row, column } = terminalOf(output.text(), 40);
  assert.equal({ text, isCursorShown, row, column }, { text: 'last', isCursorShown: true, row: 1, column: 0 });
});

test('is out of the way of a question', () => {
  const output = memoryOutput({ columns: 40, rows: 10 });
  const screen = new Screen(output);
  screen.draw(['one', 'two']);
  const [goOn, goOnAlso] = [screen.pause(), screen.pause()];
  screen.draw(['three']);
  screen.print('held\n');
  output.write('Password: \n');
  goOn();
  goOn();
  assert.is(terminalOf(output.text(), 40).text, 'Password:');
  assert.ok(terminalOf(output.text(), 40).isCursorShown);
  goOnAlso();
  screen.draw(['four']);
  assert.is(terminalOf(output.text(), 40).text, 'Password:\nheld\nfour');
});

test('keeps nothing back when it is closed', () => {
  const output = memoryOutput({ columns: 40, rows: 10 });
  const screen = new Screen(output);
  const goOn = screen.pause();
  screen.print('held\n');
  screen.close();
  goOn();
  assert.is(output.text(), 'held\n');
});

test('writes nothing when nothing differs', () => {
  const output = memoryOutput({ columns: 40, rows: 10 });
  const screen = new Screen(output);
  screen.draw(['one']);
  screen.draw(['one']);
  assert.is(output.writes(), 1);
});

test('cuts lines that the terminal would break, and lines that it has no room for', () => {
  const output = memoryOutput({ columns: 10, rows: 3 });
  const screen = new Screen(output);
  screen.draw(['0123456789abc', 'two', 'three']);
  assert.is(terminalOf(output.text(), 10).text, '01234567…\ntwo');
});

test('erases what a terminal has broken when it was made narrower', () => {
  const size = { columns: 20, rows: 10 };
  const output = memoryOutput();
  Object.defineProperties(output, { columns: { get: () => size.columns }, rows: { get: () => size.rows } });
  const screen = new Screen(output);
  screen.draw(['0123456789abcde', 'two']);
  size.columns = 10;
  screen.draw(['new']);
  assert.match(output.text(), '\r\u001b[2A\u001b[Jnew');
});

test.run();
