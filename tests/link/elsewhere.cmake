# botocraft_add_service works from another project, and takes no arguments that it does not know. Configures, builds nothing.
# Needs LIBRARY, PROJECT, FOLDER, COMPILER.
function(configure folder)
  file(REMOVE_RECURSE ${folder})
  execute_process(
    COMMAND ${CMAKE_COMMAND} -G Ninja -S ${PROJECT} -B ${folder} -DLIBRARY=${LIBRARY} -DCMAKE_CXX_COMPILER=${COMPILER} ${ARGN}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(result ${result} PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

configure(${FOLDER})
if(result)
  message(FATAL_ERROR "the project is not configured:\n${output}")
endif()
file(READ ${FOLDER}/build.ninja rules)
string(FIND "${rules}" "generate kinesis --specs ${LIBRARY}/specs " at)
if(at EQUAL -1)
  message(FATAL_ERROR "kinesis is not made from ${LIBRARY}/specs")
endif()

configure(${FOLDER} -DMORE=FOO)
if(NOT result OR NOT output MATCHES "unknown arguments: FOO")
  message(FATAL_ERROR "an argument that nobody knows was taken:\n${output}")
endif()
file(REMOVE_RECURSE ${FOLDER})
