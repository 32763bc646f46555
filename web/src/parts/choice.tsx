// A labelled choice among the service's enum values, with "all" before them.

import { useSpeaking, type Word } from '../words';

export const GRADES = ['HIGH', 'MEDIUM', 'LOW'];
export const STAGES = ['CONTACTED', 'LISTENING', 'ENGAGED', 'COMMITTED', 'LOST'];
export const SCAM_TYPES = [
  'LOAN', 'BRUSHING', 'CUSTOMER_SERVICE', 'POLICE_IMPERSONATION', 'INVESTMENT', 'CREDIT_RECORD', 'ACQUAINTANCE', 'SHOPPING',
  'GAMING', 'OTHER',
];
export const ENTITY_KINDS = ['DEVICE', 'HOLDER', 'ACCOUNT', 'SOCIAL_ACCOUNT', 'URL'];
export const INVESTIGATION_STATES = ['OPEN', 'WAITING', 'CLOSED'];
export const NETWORK_ORDERS = ['EXPOSED', 'SIZE', 'FLAGGED', 'LOSSES', 'LAST_SEEN'];

interface Choosing {
  label: Word;
  values: string[];
  chosen: string;
  choose: (value: string) => void;
  all?: boolean;
}

export function Choice({ label, values, chosen, choose, all = true }: Choosing) {
  const { words, name } = useSpeaking();
  return (
    <label class="choice">
      {words[label]}
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {all && <option value="">{words.all}</option>}
        {values.map((value) => <option key={value} value={value}>{name(value)}</option>)}
      </select>
    </label>
  );
}
