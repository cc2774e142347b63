/** In place of the validator that `@rjsf/core` names for its own tests: it works by `eval`, which the page's policy forbids. */
export default undefined;
