import { render } from 'preact';
import { App } from './app';
import { sayWhatIsLacking } from './parts/lacking';
import { takeToken } from './session';
import './style.css';

takeToken();
sayWhatIsLacking();
render(<App />, document.getElementById('page') as HTMLElement);
