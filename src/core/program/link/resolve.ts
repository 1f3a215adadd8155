/** Expressions and locks of one frame, resolved: paths to variables or constants, geometry to numbers. */
import { geometryConstant, isFolded } from '../../kernel/geometry.js';
import { fold, mapExpr } from '../expr.js';
import { LEVELS, type Expr, type LockRef } from '../ir.js';
import { GLOBAL, parentLevel } from '../lower/paths.js';
import { printExpr } from '../print.js';
import { indexOf } from './geometry.js';
import { assume, type Frame, type Linking } from './linking.js';

/** What a pointer into tables that the scenario does not have is. */
export const OTHER_TABLES = 'an entry of other tables';

export function resolveExpr(linking: Linking, frame: Frame, expr: Expr): Expr {
  const { paths, options } = linking;
  const { geometry } = options;
  return mapExpr(expr, (inner) => {
    switch (inner.kind) {
      case 'var': {
        const value = paths.read(paths.resolve(frame.prefix, inner.name));
        if (value.kind !== 'var') return value;
        return linking.mms.of(value.name) ?? globalName(linking, frame, value);
      }
      case 'unknown': {
        if (!inner.container) return inner;
        const { pointer, member } = inner.container;
        const known = paths.container(paths.resolve(frame.prefix, pointer), member);
        return known ?? { kind: 'unknown', text: inner.text };
      }
      case 'symbol':
        linking.homes.named(inner.name, frame.program.file);
        return inner;
      case 'address':
        return { kind: 'address', of: paths.resolve(frame.prefix, inner.of) };
      case 'geometry': {
        const value = geometryConstant(inner.name, geometry);
        return value === undefined ? { kind: 'unknown', text: inner.name } : { kind: 'int', value };
      }
      case 'index':
        return indexOf(geometry, inner.level, inner.address);
      case 'root':
        return resolveRoot(linking, frame, inner.mm, inner.index);
      case 'descend':
        if (isFolded(parentLevel(inner.level), geometry)) return inner.entry;
        return inner.entry.kind === 'unknown' ? inner.entry : inner;
      case 'is':
        if (isFolded(inner.level, geometry))
          return { kind: 'int', value: inner.test === 'table' || inner.test === 'present' ? 1 : 0 };
        return inner.operand.kind === 'unknown' ? inner.operand : inner;
      default:
        return fold(inner);
    }
  });
}

const FOLDED = /^__PAGETABLE_(P4D|PUD|PMD)_FOLDED$/;

/** A global by name is a function, or data that the model does not have; a configuration option stays a variable. */
function globalName(linking: Linking, frame: Frame, value: Extract<Expr, { kind: 'var' }>): Expr {
  if (!value.name.startsWith(GLOBAL)) return value;
  const { options, resolver } = linking;
  const name = value.name.slice(GLOBAL.length);
  const setting = options.config?.get(name);
  if (setting !== undefined) return { kind: 'int', value: Number(setting) };
  const level = LEVELS.find((each) => each === FOLDED.exec(name)?.[1]?.toLowerCase());
  if (level) return { kind: 'int', value: Number(isFolded(parentLevel(level), options.geometry)) };
  const found = /^\w+$/.test(name) ? resolver.function(name, frame.program.file) : undefined;
  if (found) {
    linking.homes.named(name, found.file);
    return { kind: 'symbol', name };
  }
  return name.startsWith('CONFIG_') || name.startsWith('#if') ? value : { kind: 'unknown', text: name };
}

/** The top table of an mm; nothing is known of the tables that the scenario does not have. */
function resolveRoot(linking: Linking, frame: Frame, mm: Expr, index: Expr): Expr {
  const { kernelRoot, userRoot } = linking.options;
  const isKernel = mm.kind === 'symbol' && mm.name === 'init_mm';
  const page = isKernel ? kernelRoot : (userRoot ?? kernelRoot);
  const who = printExpr(mm).replace(/^.*\//, '');
  if (page === undefined) {
    const text = `the tables of "${who}", which ${frame.program.name}() walks, are none of those that the freer frees`;
    assume(linking, { kind: 'not-modelled', text, at: frame.program.at });
    return { kind: 'unknown', text: OTHER_TABLES };
  }
  if (mm.kind === 'var') linking.mms.walked(mm.name);
  else if (!isKernel && page === kernelRoot) {
    const text = `"${who}" in ${frame.program.name}() is &init_mm`;
    assume(linking, { kind: 'address', text, at: frame.program.at });
  }
  return { kind: 'element', page, index };
}

/** Gives a lock the name that it has in the scenario. */
export function resolveLock(linking: Linking, frame: Frame, lock: LockRef): LockRef {
  const { class: of, spins } = lock;
  const rest = spins ? { spins } : {};
  if (!lock.instance || linking.options.locks?.includes(of) === true) return { class: of, name: of, ...rest };
  const instance = resolveExpr(linking, frame, lock.instance);
  return { class: of, name: `${of}(${instanceName(linking, frame, instance)})`, ...rest };
}

/** `init_mm`, or `mm` for the one user mm of the scenario; anything else goes by its text. */
function instanceName(linking: Linking, frame: Frame, instance: Expr): string {
  if (instance.kind === 'symbol') return instance.name;
  if (instance.kind === 'address') return instance.of.replace(/^.*\//, '');
  const text = (instance.kind === 'unknown' ? instance.text : printExpr(instance))
    .replace(/^.*\//, '')
    .replace(/^::/, '');
  if (!/mm\)?$/.test(text)) return text.replace(/[^\w>.-]+/g, '_');
  const who = linking.options.kernelRoot === undefined ? "the walked process's mm" : 'not init_mm';
  assume(linking, {
    kind: 'alias',
    text: `"${text}" in ${frame.program.name}() is ${who}`,
    at: frame.program.at,
  });
  return 'mm';
}
