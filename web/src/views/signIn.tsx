// Without a token, or with one that is not valid any more: ask for one and go on where the user was.

import { setToken } from '../session';
import { useSpeaking } from '../words';

/** `why`: the code of what keeps somebody out who was in, or came with a link. */
export function SignIn({ why, done }: { why: string | undefined; done: () => void }) {
  const { words, refusals } = useSpeaking();
  const use = (event: SubmitEvent) => {
    event.preventDefault();
    setToken(String(new FormData(event.currentTarget as HTMLFormElement).get('token')));
    done();
  };
  return (
    <form onSubmit={use} class="sign-in">
      <h1>{words.tokenTitle}</h1>
      {why !== undefined && <p class="notice" role="alert">{refusals[why as keyof typeof refusals]}</p>}
      <p>{words.tokenAdvice}</p>
      <label>{words.tokenField}<input name="token" type="password" required autoComplete="off" autofocus /></label>
      <button type="submit">{words.tokenUse}</button>
    </form>
  );
}
