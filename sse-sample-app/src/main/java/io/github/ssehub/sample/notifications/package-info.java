/**
 * Notifications: an event for one user, on whatever connections that user has.
 */
@NullMarked
package io.github.ssehub.sample.notifications;

import org.jspecify.annotations.NullMarked;
