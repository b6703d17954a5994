import * as z from "zod";

// Only as much as tells a stranger what to write: the tool that is meant checks the arguments itself.

export const text = z.string().min(1);

export const onOff = z.boolean();

export const object = z.record(z.string(), z.unknown());

/** A list such as `["8080:80"]`, or an object. */
export const listOrObject = z.union([z.array(z.union([z.string(), z.number(), object])), object]);

/** An object such as `{"KEY": "value"}`, or a list. */
export const objectOrList = z.union([object, z.array(z.string())]);

/** Words, or one line of them. */
export const words = z.union([z.array(z.string()), z.string()]);

export const seconds = z.number();

/** `512m`, `30s`, `2026-01-31T12:00:00Z`: an amount with its unit, or a number. */
export const amount = z.union([z.string(), z.number()]);

export const health = object.describe("{cmd, interval, timeout, retries}");
