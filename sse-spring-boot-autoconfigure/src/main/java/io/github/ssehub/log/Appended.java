package io.github.ssehub.log;

/**
 * The outcome of an append.
 *
 * @param position where the record is; for an ephemeral one the head of the log, for a
 * duplicate where the first one is
 * @param duplicate whether the record's id had been appended before, so that nothing
 * happened
 */
public record Appended(Position position, boolean duplicate) {
}
