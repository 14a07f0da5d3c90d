#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view english_texts = R"texts(
language en|/en|150
place London|United Kingdom
place London|United Kingdom
place Edinburgh|United Kingdom
place Dublin|Ireland
place Amsterdam|Netherlands
place Stockholm|Sweden
place Lund|Sweden
place Copenhagen|Denmark
place Oslo|Norway
place New York|United States
place Toronto|Canada
place |United Kingdom
products the Vidda 2 tent|the Skare shell jacket|this pair of Rimfrost boots|the Fjällbris 45 backpack|the Snödriva sleeping bag|the Glöd stove|the Lav base layer|this pair of Duggregn rain trousers|the Isrosen down jacket|the Polstjärna headlamp
colors black|moss green|sea blue|rust red|yellow|grey
first James|Olivia|Noah|Emily|Liam|Priya|Grace|Mohammed|Siobhán|Jack|Chloe|Daniel|Aoife|Lucas|Mei
last Smith|O'Brien|Patel|Taylor|Wilson|MacDonald|Jensen|van Dijk|Khan|Brown|Nguyen|O’Connor
price €{count}9.00

greet Hi {name}, this is {agent} at Norrsken Outdoor. How can I help?
greet Hello! My name is {agent}, nice to meet you.
greet Hi there 👋 {agent} here.
wait One moment please, let me check.
wait Thanks! I'm looking into it now.
transfer My colleague {other} knows more about this. I'll hand you over.
take_over Hello, {agent} here. I have read what you wrote, no need to repeat anything.
thank Great, thank you!
thank Thanks {agent}, that was quick 🙏
thank Perfect, cheers.
thank ok thx
bye You're welcome. Happy trails! 🥾
bye Thanks for getting in touch, have a lovely day.
nudge Hello?
nudge Is anyone there?
nudge still waiting...
leave Please e-mail me at {email} when you're back.
leave No one here I guess. {email} is my address.
late Good morning! We were closed when you wrote; here is your answer.

# delivery
open Hi, where is my order {order}? It was due yesterday.
open The tracking for {order} hasn't moved for {count} days.
ask Could you confirm the e-mail address of the order?|Sure: {email}
ask Did the carrier send you a tracking number?|Yes, it's {tracking}.
answer Your parcel {tracking} cleared customs this morning and should arrive by {date}.
answer It seems to be stuck at the depot. I'll send a replacement today, free of charge.
open Do you ship {product} to Ireland?
open How much is express delivery of {product}?
ask Which postcode would it go to?|D02 X285
ask When do you need it?|In {count} days, if possible.
answer We do! Delivery takes {count} working days, and express arrives by {date}.
more Will I have to pay customs?|No, duties are included in the price you paid.
more Can I change the address?|Yes, tell me the new one and I'll update it before it leaves.
more Can it be left with a neighbour?|I've added a note for the driver.

# returns
open Hello, I'd like to return {product}. How does it work?
ask Is it unused, with the tags still on?|Yes, only tried on indoors.
ask What's your order number?|{order}
answer I've e-mailed a return label to {email}; drop the parcel at any pick-up point.
open I sent back {order} two weeks ago, still no refund.
ask Which day did you hand it in?|On {date}, parcel {tracking}.
answer The refund of {price} has just been released. Please allow until {date}.
open Can I swap {product} for {color}?
ask Is it unused?|Yes, still in the box.
answer Of course. I've put one in {color} aside for you; the label is on its way to {email}.
more Is the return free?|Exchanges are free. For refunds we deduct €4.90.
more How long do I have?|100 days from the day you got it.

# size
open Does {product} run small? I'm usually {size}.
open What size of {product} should I get? I'm 5'11" and 165 lb.
ask Would you like room for a warm layer underneath?|Yes please, it's for winter.
ask How do you like it to fit?|Slim, I use it for running.
answer Then I'd go for {size}. Most customers find it true to size.
answer I'd take {size}; measurements are here: https://norrsken.example.com/en/size-guide
more Do you have {size} in stock?|Yes, {count} left in {color}.
more What if it doesn't fit?|You can exchange it free of charge within 100 days.

# billing
open I've been charged twice for {order}!
ask Did you pay by card or by invoice?|By card, on {date}.
answer One of the two is only a reservation and will disappear in a few days.
open My discount code doesn't work at checkout.
ask Which code are you using?|FJELL20, the mail said "everything, no exceptions".
answer I've applied it by hand, so the total is now {price}.
open Could I get a VAT invoice for {order}?
ask Where shall I send it?|{email}, please.
answer The invoice is on its way to {email}.
more Can I pay in {count} instalments?|Yes, choose "pay over time" at checkout.
more Are there any fees?|None at all.

# product
open Is {product} waterproof?
ask Where are you going to use it?|On the Scottish coast, so: sideways rain.
answer It's rated to 10,000 mm, so yes, even in proper mountain weather.
open When will {product} be back in {color}?
ask Shall I e-mail you when it is?|Yes please: {email}
answer The next delivery is due on {date}. You'll get a mail.
open Would {product} work for a week on the Kungsleden in September?
ask How many people is it for?|Two adults and a very wet dog.
ask What temperatures do you expect?|Around freezing at night.
answer Yes, that's a good choice. Do pack a repair kit.
more Is it PFAS free?|Yes, everything we make has been since last year.
more How heavy is it?|1.{count} kg, all included.

# claim
open The zip on {product} broke after two weeks :(
open A seam of {product} has come apart, bought this spring.
ask Could you send a photo of the damage?|https://files.example.com/norrsken/{tracking}.jpg
ask Do you still have the order number?|{order}
answer That shouldn't happen. We'll send a new one and you keep yours until it arrives.
answer Our workshop will repair it for free. The label goes to {email}.
more How long does that take?|About two weeks at the moment.

# account
open I can't log in to my account.
ask Which e-mail address is it registered with?|{email}
answer I've sent a new link to {email}; it's valid for one hour.
open How do I unsubscribe from the newsletter?
ask Which address does it go to?|{email}
answer Done, you're off the list. It can take a day to take effect.
more Can you delete my data?|Yes, under GDPR we do that within 30 days.
)texts";

}  // namespace parley::transfer::demo
