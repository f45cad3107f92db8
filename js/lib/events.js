// Event handler attributes (onopen and its kin) and the firing of events. The event classes have
// files of their own.
import { isObject } from './webidl.js';

const handlersOf = new WeakMap(); // EventTarget -> Map of type -> { callback, listener }

// defineEventHandlers adds an on<type> attribute for each type. isInstance is the class's brand check.
export function defineEventHandlers(Class, types, isInstance) {
  for (const type of types) {
    const name = `on${type}`;
    const accessors = {
      get [name]() {
        checkBrand(this, isInstance);
        return handlersOf.get(this)?.get(type)?.callback ?? null;
      },
      set [name](value) {
        checkBrand(this, isInstance);
        setHandler(this, type, isObject(value) ? value : null);
      },
    };
    const descriptor = Object.getOwnPropertyDescriptor(accessors, name);
    Object.defineProperty(Class.prototype, name, descriptor);
  }
}

export function fire(target, type) {
  target.dispatchEvent(new Event(type));
}

function checkBrand(target, isInstance) {
  if (!isObject(target) || !isInstance(target)) throw new TypeError('Illegal invocation');
}

// HTML 8.1.8.1: the first handler set takes its place among the listeners, a later one keeps that
// place, and null gives it up.
function setHandler(target, type, callback) {
  let handlers = handlersOf.get(target);
  if (!handlers) handlersOf.set(target, (handlers = new Map()));
  const handler = handlers.get(type);
  if (callback === null) {
    if (handler) target.removeEventListener(type, handler.listener);
    handlers.delete(type);
  } else if (handler) {
    handler.callback = callback;
  } else {
    const added = { callback, listener: (event) => callHandler(added.callback, event) };
    handlers.set(type, added);
    target.addEventListener(type, added.listener);
  }
}

function callHandler(callback, event) {
  if (typeof callback !== 'function') return;
  if (callback.call(event.currentTarget, event) === false) event.preventDefault();
}
