package io.github.ssehub.security;

import java.security.Principal;

import io.github.ssehub.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a client may subscribe to a topic it asked for. Without a bean of this
 * type every client may subscribe to every topic. Topics that a controller of the
 * application names are not asked about. Called on request threads, may block.
 */
@FunctionalInterface
public interface SubscribeAuthorizer {

	/**
	 * Decides.
	 * @param principal who asks, or {@code null} for an anonymous client
	 * @param topic the topic
	 * @return whether it is allowed
	 */
	boolean maySubscribe(@Nullable Principal principal, Topic topic);

}
