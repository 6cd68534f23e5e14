/** Starts the app in this page. */
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import { connectedClient } from './client.ts';
import { mountApp } from './mount.ts';

void mountApp(document, () => connectedClient(window));
