/** What an investigation says of itself wherever it is shown. */
export interface Opened {
  id: string;
  reference: string;
  title: string;
  region: string;
  caseId: string | null;
  status: string;
  assignee: string | null;
}
