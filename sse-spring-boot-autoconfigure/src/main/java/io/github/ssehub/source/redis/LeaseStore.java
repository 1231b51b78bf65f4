package io.github.ssehub.source.redis;

import java.time.Duration;

/**
 * Where the nodes agree on who has the lease.
 */
interface LeaseStore {

	/**
	 * Takes the lease if nobody has it, or keeps it if it is the token's.
	 * @param token who asks
	 * @param time for how long
	 * @return whether the token has it now
	 */
	boolean acquire(String token, Duration time);

	/**
	 * Gives the lease up, if it is the token's.
	 * @param token who had it
	 */
	void release(String token);

}
