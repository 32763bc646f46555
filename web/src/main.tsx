import { render } from 'preact';
import { App } from './app';
import { comeIn } from './entry';
import { sayWhatIsLacking } from './parts/lacking';
import './style.css';

sayWhatIsLacking();
void comeIn().then((refused) => render(<App refused={refused} />, document.getElementById('page') as HTMLElement));
