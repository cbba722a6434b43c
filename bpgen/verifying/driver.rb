# The driver of Ruby: runs the commands of a script; script.py says how.

require "json"

# Runs one script with one class.
class Driver
  KINDS = { ArgumentError => "wrong", RuntimeError => "early" }.freeze

  def initialize(made, script)
    @made = made
    @script = script
    @nets = {}
    @pool = []
    @places = {}
    @answers = []
  end

  def run
    @script["commands"].each { |command| @answers << answer(command) }
    { "pool" => @pool, "answers" => @answers }
  end

  private

  # The place of a command's result in the pool; an equal one's, if there is one.
  def answer(command)
    times = command["times"]
    found = times ? Array.new(times) { once(command) } : once(command)
    @places[JSON.generate(found)] ||= @pool.push(found).length - 1
  rescue StandardError => e
    { "error" => KINDS.fetch(e.class, e.class.name), "message" => e.message }
  end

  # What one call gives, as it travels.
  def once(command)
    given = command["with"].map { |one| item(one) }
    options = (command["options"] || {}).to_h { |key, one| [key.to_sym, item(one)] }
    last = options.delete(:on_epoch)
    if command["call"] == "new"
      @nets[@answers.length] = @made.new(*given, **options)
      return nil
    end
    seen = []
    told = last && lambda do |epoch, loss|
      seen << [epoch, loss]
      epoch != last if last.positive?
    end
    result = @nets[command["on"]].public_send(command["call"], *given, **options, &told)
    found = encoded(result)
    spoil([given, result])
    last ? [found, encoded(seen)] : found
  end

  # A value of its own for an item.
  def item(value)
    return plain(value) unless value.is_a?(Hash)
    return value["text"].map { |place| @script["pool"][place] }.join if value["text"]
    return each(@script["pool"][value["at"]]) { |one| item(one) } if value["at"]

    plain(@pool[@answers[value["result"]]])
  end

  # Lists and mappings of what a block makes of their items.
  def each(value, &block)
    return value.map(&block) if value.is_a?(Array)
    return value.transform_values(&block) if value.is_a?(Hash)

    value.dup
  end

  def plain(value)
    return each(value) { |one| plain(one) } unless value.is_a?(String)
    return value[1..] if value.start_with?('"')

    [value].pack("H*").unpack1("G")
  end

  # A value as it travels.
  def encoded(value)
    case value
    when Array then value.map { |one| encoded(one) }
    when Hash then value.transform_values { |one| encoded(one) }
    when Float then [value].pack("G").unpack1("H*")
    when String then "\"#{value}"
    when Integer, true, false, nil then value
    end
  end

  # Overwrites all that lists hold: it is the caller's, not the object's.
  def spoil(lists)
    lists.each_with_index do |value, place|
      case value
      when Array then spoil(value)
      when Hash then value.each { |key, one| spoil([one]) && value[key] = 9.0 }
      else lists[place] = 9.0
      end
    end
  end
end

given = JSON.parse(File.read("given.json"))
given["jobs"].each do |job|
  begin
    own = Module.new # two files may have a class of one name
    load("./#{job["title"]}.rb", own)
    script = given["scripts"][job["script"]]
    found = Driver.new(own.const_get(job["name"]), script).run
  rescue StandardError, ScriptError => e
    found = e.full_message(highlight: false)
  end
  puts "#{job["title"]} #{JSON.generate(found)}"
  $stdout.flush
end
