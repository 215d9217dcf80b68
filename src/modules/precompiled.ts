import type { ValidateFunction } from 'ajv/dist/2020.js';

/** Checks of the modules' schemas by module name. None in the sources: the build puts compiled ones here. */
export const precompiled: Readonly<Record<string, ValidateFunction>> = {};
