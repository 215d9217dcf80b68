import { ApplyError } from '../../base/errors.ts';
import { raw, sh } from '../../base/shell.ts';
import type { Resumable } from '../session.ts';

/** One line of shell text. Says `=STATUS BYTES`; no status: the file could not be made. */
export function receiveScript(path: string, size: number | null, isPacked: boolean): string {
  refuseOdd(path);
  const whole = raw(size === null ? '' : `&& [ "$kmesh_n" -eq ${size} ] `);
  const take = raw(isPacked ? `kmesh_s=1;${takeSegments}` : takeAll);
  // A host that lost its client sees the end of the content, and then that nobody hears its answer.
  return sh`exec 2>&3;trap "" PIPE;umask 077;set -C;kmesh_s=;kmesh_n=0;\
if [ -e ${path} ]||[ -L ${path} ];then echo "it exists already" >&2;\
else { ${take} } 4>${path};fi;\
if [ -n "$kmesh_s" ];then kmesh_n=$(wc -c <${path});[ "$kmesh_s" = 0 ] ${whole}|| rm -f -- ${path};fi;\
echo "=$kmesh_s" $kmesh_n || rm -f -- ${path};exit`;
}

/**
 * One line of shell text that receives into the part, and moves that to the path when it is whole. Says `@OFFSET` before
 * the content is sent, and then as `receiveScript`; the status `spoilt` says that the part was of something else.
 * The path is absolute.
 *
 * Only where nobody else can put a link or a file in the place of the part: in a directory of the user or of root to
 * which nobody else may write, entered before it is looked at. Elsewhere the file is received whole or not at all.
 *
 * Whoever writes goes on at the offset it has read to, never at the end: if the shell of a connection that is thought
 * dead still writes, it writes the same bytes at the same places.
 */
export function resumeScript(path: string, { part, size, sha256, isPacked }: Resumable): string {
  refuseOdd(path);
  const slash = path.lastIndexOf('/') + 1;
  const target = `./${path.slice(slash)}`;
  const kept = `./${part.slice(part.lastIndexOf('/') + 1)}`;
  const take = raw(isPacked ? takeSegments : takeAll);
  return sh`if cd -P -- ${path.slice(0, slash)} 2>/dev/null&&${raw(isOwnDirectory)}&&[ ! -e ${target} ]&&[ ! -L ${target} ];then \
exec 2>&3;trap "" PIPE;umask 077;set -C;kmesh_s=;kmesh_o=0;\
if [ -f ${kept} ]&&[ ! -L ${kept} ]&&[ -O ${kept} ]&&[ $(wc -c <${kept}) -le ${size} ];\
then exec 4<>${kept};kmesh_o=$(cat <&4|wc -c);else rm -f -- ${kept};exec 4>${kept};fi;\
echo @$kmesh_o;${take}exec 4>&-;kmesh_n=$(wc -c <${kept});\
if [ "$kmesh_s$kmesh_n" = ${`0${size}`} ];\
then if [ $kmesh_o = 0 ]||[ "$(sha256sum <${kept})" = ${`${sha256}  -`} ];then mv -fT -- ${kept} ${target}||kmesh_s=1;\
else kmesh_s=spoilt;fi;fi;\
case $kmesh_s in ''|0);;*) rm -f -- ${kept};;esac;\
echo "=$kmesh_s" $kmesh_n||[ ! -f ${target} ]||mv -fT -- ${target} ${kept};exit;fi;echo @0;${raw(receiveScript(path, size, isPacked))}`;
}

function refuseOdd(path: string): void {
  if (/[\0\n]/.test(path)) throw new ApplyError(`The path ${JSON.stringify(path)} holds a line break or a NUL.`);
}

// Octal digits with 2 in them let a group or others write.
const isOwnDirectory = 'case $(stat -c %u:%a .) in *[2367]?|*[2367]) false;; 0:*|"$(id -u)":*) :;; *) false;; esac';

const takeAll = 'cat >&4;kmesh_s=$?;';

// `dd` takes exactly what it is told to, which `head` of BusyBox does not; it never sees the end before that of the
// stream. See POSIX on `read`: of what is no file, it takes not a byte more than a line. What fails with nothing left to
// read was cut off.
const takeSegments = `while read -r kmesh_k kmesh_b kmesh_c;do case $kmesh_k in \
raw) dd bs=$kmesh_b count=$kmesh_c iflag=fullblock 2>/dev/null;;\
gz) dd bs=$kmesh_b count=$kmesh_c iflag=fullblock 2>/dev/null|gzip -dc;;\
end) kmesh_s=0;break;;*) kmesh_s=1;break;;esac||{ read -r kmesh_k&&kmesh_s=1;break;};done >&4;`;
