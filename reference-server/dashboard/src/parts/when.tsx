// A moment on screen: short in the reader's zone, exact and in UTC when pointed at.
import { exactMoment, moment, utc } from "../format/time.ts";

export function When({ at, children }: { at: string; children?: string }) {
  return (
    <time dateTime={at} title={`${exactMoment(at)} · ${utc(at)}`}>
      {children ?? moment(at)}
    </time>
  );
}
