package io.github.ssehub.web;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/**
 * Takes away the encoding that an application may force on all of its responses: the
 * starter's JSON is in UTF-8, whatever the rest is in.
 */
@ControllerAdvice(basePackageClasses = EndpointEncoding.class)
class EndpointEncoding {

	@ModelAttribute
	void clear(HttpServletResponse response) {
		response.setCharacterEncoding((String) null);
	}

}
