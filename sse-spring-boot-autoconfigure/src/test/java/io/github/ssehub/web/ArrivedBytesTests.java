package io.github.ssehub.web;

import java.io.IOException;
import java.io.InputStream;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import org.eclipse.jetty.ee11.servlet.HttpOutput;
import org.junit.jupiter.api.Test;
import org.objenesis.ObjenesisStd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ArrivedBytes}.
 */
class ArrivedBytesTests {

	/**
	 * A web application in a server of its own has Jetty's classes twice, or not at all.
	 */
	@Test
	void tellsWhetherTheResponseWasCommittedWhereTheServerHasOtherClasses() throws Exception {
		ServletResponse response = mock(ServletResponse.class);
		Class<?> other = new ServerClassLoader().loadClass(HttpOutput.class.getName());
		assertThat(other).isNotSameAs(HttpOutput.class);
		given(response.getOutputStream()).willReturn((ServletOutputStream) new ObjenesisStd().newInstance(other));
		ArrivedBytes bytes = ArrivedBytes.at(response);
		assertThat(bytes.isExact()).isFalse();
		assertThat(bytes.count()).isZero();
		given(response.isCommitted()).willReturn(true);
		assertThat(bytes.count()).isOne();
	}

	/** Has classes of its own for Jetty's output. */
	private static final class ServerClassLoader extends ClassLoader {

		ServerClassLoader() {
			super(ArrivedBytesTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			Class<?> loaded = findLoadedClass(name);
			if (loaded != null || !name.startsWith(HttpOutput.class.getName())) {
				return (loaded != null) ? loaded : super.loadClass(name, resolve);
			}
			try (InputStream input = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = input.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}
