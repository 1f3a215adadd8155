/** The folder that the editor tests open: a kernel tree in miniature, with a walker that holds nothing. */
import { join } from 'node:path';
import { PROJECT } from './host/available.js';

export const WORKSPACE = join(PROJECT, 'test', 'editor', 'workspace');
export const WALKER = join(WORKSPACE, 'arch', 'arm64', 'mm', 'dump.c');
