// What the app around it gives: a line to the county, a place to keep things, a clock, and who is signed in.

/** One question to the county, below `/api`. Nothing but what stands here may go out with it. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Who asks; none for what nobody is to be known by. */
  readonly token: string | null;
  readonly body: string | null;
}

/** What came back; `date` is the header of that name. */
export interface Answer {
  readonly status: number;
  readonly date: string | null;
  readonly body: string;
}

export interface Host {
  /** Sends without cookies and follows no redirection. Rejects if no answer came. */
  send(call: Call): Promise<Answer>;
  /** What was kept last for this account, none at first. Each account of a phone has a place of its own. */
  read(): Promise<string | null>;
  /** Keeps a text in the place of the one before, on the phone alone: in no backup and no cloud. */
  write(content: string): Promise<void>;
  /** The phone's clock, in milliseconds since 1970. */
  now(): number;
  /** The access token, or none while nobody is signed in. */
  token(): Promise<string | null>;
}

const PATIENCE = 20_000; // milliseconds; an own value: longer than a slow village line needs

/** The line of a browser, or of Node, to an address such as `https://…/api`. */
export function fetchFrom(base: string): (call: Call) => Promise<Answer> {
  return async (call) => {
    const headers: Record<string, string> = {};
    if (call.token !== null) headers['authorization'] = `Bearer ${call.token}`;
    if (call.body !== null) headers['content-type'] = 'application/json';
    const answer = await fetch(base + call.path, {
      method: call.method,
      headers,
      body: call.body,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: answer.status, date: answer.headers.get('date'), body: await answer.text() };
  };
}
