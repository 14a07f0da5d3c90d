# parley_embed(TARGET NAMESPACE ns SYMBOL name DIRECTORY dir PATTERN glob)
#
# Puts the files of a directory into the binary: a library TARGET that defines, in namespace ns,
#   std::span<const EmbeddedFile> name();   // sorted by file name; EmbeddedFile{std::string_view name, content}
# The consumer declares both itself in a header of its own, with these exact shapes.
function(parley_embed target)
  cmake_parse_arguments(ARG "" "NAMESPACE;SYMBOL;DIRECTORY;PATTERN" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_DIRECTORY}/${ARG_PATTERN})
  list(SORT files)
  set(body "")
  set(rows "")
  set(index 0)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    string(APPEND body
      "__asm__(\".section .rodata\\n.balign 16\\n${target}_${index}_begin:\\n.incbin \\\"${file}\\\"\\n${target}_${index}_end:\\n.byte 0\\n.previous\\n\");\n"
      "extern \"C\" { extern const char ${target}_${index}_begin[]; extern const char ${target}_${index}_end[]; }\n")
    string(APPEND rows
      "    {\"${name}\", std::string_view(${target}_${index}_begin, static_cast<std::size_t>(${target}_${index}_end - ${target}_${index}_begin))},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/embed/${target}.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"// Generated from ${ARG_DIRECTORY}/${ARG_PATTERN}.
#include <cstddef>
#include <span>
#include <string_view>
${body}
namespace ${ARG_NAMESPACE} {
struct EmbeddedFile { std::string_view name; std::string_view content; };
std::span<const EmbeddedFile> ${ARG_SYMBOL}();
std::span<const EmbeddedFile> ${ARG_SYMBOL}() {
  static const EmbeddedFile files[] = {
${rows}  };
  return files;
}
}
")
  add_library(${target} STATIC ${generated})
  set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS "${files}")
endfunction()
