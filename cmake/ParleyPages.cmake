# parley_pages(MODULE)
#
# Makes the pages that the program carries (web/site/build.mjs) and gives them to the module as one source. Needs what
# npm brings: tools/node and the script say so where it is missing.
function(parley_pages module)
  set(folder ${CMAKE_BINARY_DIR}/pages)
  set(script ${CMAKE_SOURCE_DIR}/web/site/build.mjs)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/site/*)
  add_custom_command(OUTPUT ${folder}/embedded.cpp
    COMMAND ${CMAKE_SOURCE_DIR}/tools/node ${script} ${folder} ${PROJECT_VERSION}
    DEPENDS ${sources} ${CMAKE_SOURCE_DIR}/spec/openapi.yaml ${CMAKE_SOURCE_DIR}/package.json
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM
    COMMENT "Making the pages")
  target_sources(parley_${module} PRIVATE ${folder}/embedded.cpp)
endfunction()
