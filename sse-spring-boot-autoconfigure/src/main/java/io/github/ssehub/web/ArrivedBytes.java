package io.github.ssehub.web;

import java.io.IOException;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import org.apache.catalina.connector.ResponseFacade;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.ee11.servlet.HttpOutput;

/**
 * Tells how many bytes have arrived at a container's response, sent to the client or not.
 */
interface ArrivedBytes {

	Log logger = LogFactory.getLog(ArrivedBytes.class);

	/**
	 * The bytes of the body so far.
	 * @return a number that grows with each byte
	 */
	long count();

	/**
	 * Whether each byte counts.
	 * @return {@code false} if the number tells no more than whether the response was
	 * committed
	 */
	default boolean isExact() {
		return true;
	}

	/**
	 * Finds the counter of a response.
	 * @param own a response that wraps no other
	 * @return its counter
	 */
	static ArrivedBytes at(ServletResponse own) throws IOException {
		ServletOutputStream output = own.getOutputStream();
		try {
			if (own.getClass().getName().equals("org.apache.catalina.connector.ResponseFacade")) {
				return Tomcat.at(own);
			}
			if (JettyOutput.isJettys(output)) {
				return Jetty.at(output);
			}
		}
		catch (LinkageError | ClassCastException ex) {
			// A web application in a server may not see its classes, or have its own.
			logger.debug("The classes of the server are out of reach", ex);
		}
		return new Committed(own);
	}

	/** What every container tells. */
	record Committed(ServletResponse response) implements ArrivedBytes {

		@Override
		public long count() {
			return this.response.isCommitted() ? 1 : 0;
		}

		@Override
		public boolean isExact() {
			return false;
		}

	}

	/** A class of its own, so that Tomcat does not have to be there. */
	final class Tomcat {

		private Tomcat() {
		}

		static ArrivedBytes at(ServletResponse response) {
			return ((ResponseFacade) response)::getContentWritten;
		}

	}

	/** A class of its own, so that Jetty does not have to be there. */
	final class Jetty {

		private Jetty() {
		}

		static ArrivedBytes at(ServletOutputStream output) {
			return ((HttpOutput) output)::getWritten;
		}

	}

}
