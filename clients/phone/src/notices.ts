// What the owner of the phone is told, and what to do about it; nothing here says what somebody thinks of a unit.

const WORDS = {
  'no-line': '没有连上服务器。您不用做什么，手机连上网后会自动再试。',
  'sign-in-again': '登录已过期。请重新登录，登录后手机会自动领取匿名测评凭证。',
  'clock-wrong': '手机的日期不对，暂时不能领取或投票。请在手机设置里打开“自动设置日期和时间”，再打开本应用。',
  'app-too-old': '应用版本过旧。请更新本应用，更新后手机会自动再试。',
  'list-not-of-today': '今天的公钥名单还没有公布。您不用做什么，手机稍后会自动再试。',
  'list-not-signed': '公钥名单的签名不对，手机没有领取凭证。请把这句话告诉村（社区）监督委员会，并拨打 12345 反映。',
  'two-lists': '给您看的公钥名单和给大家看的不一样，手机没有领取凭证。请和邻居核对名单指纹，并拨打 12345 反映。',
  'list-changed': '今天的公钥名单前后不一样，手机没有领取凭证。请和邻居核对名单指纹，并拨打 12345 反映。',
  'key-of-ones-own': '发给您的公钥不在大家的名单里，可能有人想认出您的票，手机没有领取凭证。请拨打 12345 反映。',
  'key-changed': '这个测评单元的公钥换过，可能有人想认出您的票，手机没有领取凭证。请拨打 12345 反映。',
  'key-unfit': '这个测评单元的公钥强度不够，手机没有领取凭证。请拨打 12345 反映。',
  'signed-otherwise': '发给您的凭证不是用名单里的公钥签的，手机不会使用。请拨打 12345 反映。',
  'drawn-elsewhere': '这个测评单元的凭证已在另一部手机上领取，请用那部手机评价；那部手机丢了的，这一期不能补领。',
  'drawing-over': '这一期的凭证领取时间已过。下一期开始后，手机会自动领取。',
  'not-cast': '这一期已经截止，手机没有收到投票箱的回执，您的评价可能没有投出。下一期请在收票期间多打开几次本应用。',
  'answers-do-not-fit': '问卷没有答完整，或有答案不合要求，没有提交。请打开问卷重新答一次。',
  'cast-elsewhere': '这张凭证已投过票，不能改投。没有在别的手机上投过的，请拨打 12345 反映。',
  'credential-refused': '投票箱不认这张凭证，您的评价没有投出。请拨打 12345 反映，说明是哪个单位的测评。',
} as const;

export type Code = keyof typeof WORDS;

/** Something the owner is to know; `cellId` is none where it is about everything. */
export interface Notice {
  readonly code: Code;
  readonly cellId: string | null;
  readonly whatNextZh: string;
}

export function notice(code: Code, cellId: string | null = null): Notice {
  return { code, cellId, whatNextZh: WORDS[code] };
}

/** The phone does not go on, for a reason that its owner is told. */
export class Stopped extends Error {
  constructor(
    readonly code: Code,
    readonly cellId: string | null = null,
  ) {
    super(code);
  }
}
