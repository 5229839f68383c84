import { describe, expect, it } from 'vitest';
import type { Machine, Outcome } from '../../../../src/agent/runtimes/shell/machine.ts';
import { runCommand } from '../../../../src/agent/runtimes/shell/run.ts';

const machine = (texts: Record<string, string> = {}): Machine & { texts: Record<string, string> } => ({
  texts,
  variables: { NAME: 'web', INDEX: '3', EMPTY: '', TWO: 'a b' },
  hostname: 'host-1',
  userId: 65_534,
  groupId: 0,
  random: () => 0.75,
  nowMs: 5_000,
  files: {
    exists: (path) => Object.hasOwn(texts, path),
    read: (path) => texts[path] ?? '',
    write: (path, text, append) => void (texts[path] = (append ? (texts[path] ?? '') : '') + text),
    remove: (path) => void delete texts[path],
  },
});
const sh = (script: string, texts?: Record<string, string>) => runCommand(['sh', '-c', script], machine(texts));
const ends = (code: number, output = '', afterMs = 0): Outcome => ({ code, output, afterMs });

describe('a command', () => {
  it.each<[string[], Outcome | undefined]>([
    [[], undefined],
    [['nginx'], undefined],
    [['constructor'], undefined],
    [['true'], ends(0)],
    [['/bin/false'], ends(1)],
    [['exit', '7'], ends(7)],
    [['sleep', '10'], ends(0, '', 10_000)],
    [['sleep', '1m', '30s'], ends(0, '', 90_000)],
    [['sleep', 'infinity'], undefined],
    [['echo', 'hello', 'world'], ends(0, 'hello world\n')],
    [['id', '-u'], ends(0, '65534\n')],
    [['sh'], ends(0)],
    [['sh', 'script.sh'], undefined],
    [['/bin/sh', '-ec', 'echo hi; sleep 2 && exit 3'], ends(3, 'hi\n', 2_000)],
  ])('%j', (command, outcome) => expect(runCommand(command, machine())).toEqual(outcome));
});

describe('a script', () => {
  it.each<[string, Outcome | undefined]>([
    ['', ends(0)],
    ['exit 1', ends(1)],
    ['exit 257', ends(1)],
    ['false && sleep 100', ends(1)],
    ['false || true', ends(0)],
    ['true || false; exit', ends(0)],
    ['! true', ends(1)],
    ['exit 1; sleep 5', ends(1)],
    ['false; echo on', ends(0, 'on\n')],
    ['set -e; false; echo on', ends(1)],
    ['set -e; if false; then exit 9; fi; false || true; echo on', ends(0, 'on\n')],
    ['touch file; test $(id -u) -eq 65534', ends(0)],
    ['# nothing\necho a # b', ends(0, 'a\n')],
    ['echo "a  b" \'$NAME\' "$NAME" ${NAME}s x$EMPTY $EMPTY $TWO', ends(0, 'a  b $NAME web webs x a b\n')],
    ['echo ${NONE:-other} $?', ends(0, 'other 0\n')],
    ['exit $(( $RANDOM / 16384 ))', ends(1)],
    ['exit $(( (INDEX + 4) * 2 % 5 ))', ends(4)],
    ['if [ $(expr ${INDEX} % 2) -ne 0 ]; then\n exit 1\nelse\n exit 0\nfi', ends(1)],
    ['if false; then exit 1; elif [ -n "$NAME" ]; then exit 2; else exit 3; fi', ends(2)],
    ['[[ $NAME == web ]] && [ ! -z "$NAME" ] && [ 2 -gt 1 ]', ends(0)],
    ['x=5; export Y=6; exit $((x + Y))', ends(11)],
    ['for i in 1 2 $TWO; do echo $i; sleep 1; done', ends(0, '1\n2\na\nb\n', 4_000)],
    ['i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done; exit $i', ends(3)],
    ['i=3; until [ $i -eq 0 ]; do i=$((i - 1)); done; echo $i', ends(0, '0\n')],
    ['echo a > f; echo b >> f; cat f | cat; rm f; cat f 2>/dev/null', ends(1, 'a\nb\n')],
    ['cat < f', ends(1)],
    ['{ echo a; exit 4; }; echo b', ends(4, 'a\n')],
    ['echo `hostname` $(printf "%s-%s" a b)', ends(0, 'host-1 a-b\n')],
    ['sh -c "exit 4"; echo $?', ends(0, '4\n')],
    ['while true; do sleep 1; done', undefined],
    ['sleep 100 & wait', undefined],
    ['exec nginx', undefined],
    ['case a in a) exit 1;; esac', undefined],
    ['f() { exit 1; }; f', undefined],
    ['cat <<EOF\nx\nEOF', undefined],
    ['echo "a', undefined],
    ['exit $((1 / 0))', undefined],
  ])('%s', (script, outcome) => expect(sh(script)).toEqual(outcome));

  it('sees and leaves files', () => {
    const script = 'if [[ -r /data/foo ]]\nthen\n exit 0\nelse\n touch /data/foo\n exit 1\nfi';
    const texts: Record<string, string> = {};
    expect([sh(script, texts)?.code, sh(script, texts)?.code]).toEqual([1, 0]);
    expect(texts).toEqual({ '/data/foo': '' });
  });
});
