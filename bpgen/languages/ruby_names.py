"""The names that mean something in a file of Ruby."""

from __future__ import annotations

from bpgen.languages.record import words

RESERVED = words(
    """__ENCODING__ __FILE__ __LINE__ __method__ alias and BEGIN begin break case class
    def defined do else elsif END end ensure false for if in module next nil not or
    redo rescue retry return self super then true undef unless until when while yield"""
)
# What every object answers to, and what the file itself calls.
TAKEN = words(
    """abort at_exit attr_accessor attr_reader autoload batch binding block_given caller
    caller_locations catch channel clone count display dup enum_for eval exec exit
    extend fail fork format found_value freeze frozen gem gets global_variables hash i
    include inspect instance_of is_a itself j k l lambda load local_variables loop m
    method methods n object_id open p place pp print printf private proc putc puts q r
    raise rand readline readlines require require_relative respond_to run sample
    select send set_trace_func singleton_class singleton_method singleton_methods
    sleep spawn sprintf srand start syscall system taint tap test throw to_enum
    to_json to_s trace_var trap trust untaint untrust warn yield_self"""
)
# Classes and modules that a class of that name would open again, and those of the file.
CLASSES = words(
    """ArgumentError Array BasicObject Bignum Binding Class ClosedQueueError Comparable
    Complex ConditionVariable Continuation CSV Data Date DateTime Delegator DidYouMean
    Dir Encoding EncodingError Enumerable Enumerator Errno ErrorHighlight Etc
    Exception FalseClass Fiber FiberError File FileTest Fixnum Float FloatDomainError
    Forwardable FrozenError Functions GC Gem Generator Hash Index IndexError Integer
    Interrupt IO JSON Kernel KeyError LoadError LocalJumpError Logger Main Marshal
    MatchData Math Matrix Method Module Monitor MonitorMixin Mutex NameError NilClass
    NoMatchingPatternError NoMatchingPatternKeyError NoMemoryError NoMethodError
    NotImplementedError Numeric Numo Object ObjectSpace Observable OpenStruct Pathname
    Proc Process Program Psych Queue Ractor Rake Random Range RangeError Rational
    RbConfig Refinement Regexp RegexpError RubyVM RuntimeError Scanf ScriptError
    SecurityError Set Shell Signal SignalException Singleton SizedQueue Socket
    SortedSet StandardError StopIteration String StringIO StringScanner Struct Symbol
    SyntaxError SystemCallError SystemExit SystemStackError Tempfile Thread
    ThreadError ThreadGroup Time Timeout TracePoint TrueClass TypeError UnboundMethod
    UncaughtThrowError UnicodeNormalize URI Vector Warning WeakRef YAML
    ZeroDivisionError Zlib"""
)
# Files of Ruby's library: one of that name beside others would be required instead.
MODULES = words(
    """abbrev base64 benchmark bigdecimal bundler cgi coverage csv date delegate digest
    drb english erb etc fcntl fiddle fileutils find forwardable getoptlong io ipaddr
    irb json logger matrix monitor mutex_m net nkf objspace observer open3 openssl
    optparse ostruct pathname pp prettyprint prime prism pstore psych pty racc rdoc
    readline reline resolv ripper rubygems securerandom set shellwords singleton
    socket stringio strscan syslog tempfile time timeout tmpdir tsort un uri weakref
    yaml zlib"""
)
