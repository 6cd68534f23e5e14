/**
 * Imported before any schema is made: schemas are walked instead of compiled. A program that parses little is done before a
 * compiled schema would have paid.
 */
import { config } from 'zod';

config({ jitless: true });
