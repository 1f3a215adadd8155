/** What an error says: of the core, through the door that the extension may use. */
export { messageOf } from '../core/message-of.js';
