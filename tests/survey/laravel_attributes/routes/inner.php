<?php

app('router')->put('inner/{id}', 'InnerController@put');

function helper()
{
    return request()->get('a', 'b');
}
