import { render } from 'preact';
import { App } from './app';
import { takeToken } from './session';
import './style.css';

takeToken();
render(<App />, document.getElementById('page') as HTMLElement);
