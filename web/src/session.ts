// What the tab keeps: the access token, the language, the theme. Nothing outlives the tab but language and theme.

export type Language = 'zh' | 'en';
export type Theme = 'auto' | 'light' | 'dark';

const TOKEN = 'token';

/** Takes the token out of the address, where a link puts it, before anything else can read it there. */
export function takenToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) history.replaceState(null, '', `${location.pathname}#/today`);
  return given;
}

export function token(): string | null {
  return sessionStorage.getItem(TOKEN);
}

export function setToken(given: string): void {
  sessionStorage.setItem(TOKEN, given.trim());
}

export function forgetToken(): void {
  sessionStorage.removeItem(TOKEN);
}

export function language(): Language {
  const chosen = localStorage.getItem('language');
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function setLanguage(chosen: Language): void {
  localStorage.setItem('language', chosen);
}

export function theme(): Theme {
  const chosen = localStorage.getItem('theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

export function setTheme(chosen: Theme): void {
  localStorage.setItem('theme', chosen);
}
